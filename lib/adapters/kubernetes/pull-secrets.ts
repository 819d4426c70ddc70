import { setHeaderOptions, type V1ObjectMeta } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { SeenPullSecret } from '../../domain/doctor/checkup.ts'
import { instant } from '../../domain/time.ts'
import { type ClusterApi, isNotServed, reading } from './cluster-api.ts'

/** Asked for one by one. */
const AT_ONCE = 4

/** The API server then leaves out everything but the metadata: what is in a Secret never reaches this process. */
const METADATA_ONLY = setHeaderOptions('Accept', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1')

/** When pull secrets were last written. The right to `get` them is not among Catnap's: only whoever has it learns this. */
export const readPullSecrets = (api: ClusterApi, secrets: readonly { readonly namespace: string; readonly name: string }[]): Promise<readonly SeenPullSecret[]> =>
  pMap(secrets, async ({ namespace, name }) => {
    try {
      const { metadata } = await reading(`get the metadata of secret ${namespace}/${name}`, () => api.core.readNamespacedSecret({ namespace, name }, METADATA_ONLY))
      return { namespace, name, ...writtenAt(metadata) }
    } catch (error) {
      // Here 404 is an answer: there is no such Secret.
      if (isNotServed(error)) return { namespace, name }
      throw error
    }
  }, { concurrency: AT_ONCE })

/** Its managers note when they last wrote; it may be older than all that they note. */
const writtenAt = (metadata: V1ObjectMeta | undefined): Pick<SeenPullSecret, 'writtenAt'> => {
  const times = [metadata?.creationTimestamp, ...(metadata?.managedFields ?? []).map(({ time }) => time)].flatMap((time) => (time === undefined ? [] : [new Date(time).getTime()]))
  return times.length === 0 ? {} : { writtenAt: instant(new Date(Math.max(...times)).toISOString()) }
}
