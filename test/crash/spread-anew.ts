import type { CrashWorld } from './crash-world.ts'

/** So long the controllers and the scheduler take to bring pods up again. */
const COME_UP_SECONDS = 60

/**
 * Ends all pods of the environments at once, so that they are spread over all nodes anew: those that stay awake moved
 * together in the cycle before, and no node would have to be drained of them again.
 */
export const spreadAnew = async ({ cluster, pass }: Pick<CrashWorld, 'cluster' | 'pass'>): Promise<void> => {
  for (const { metadata: { name, namespace } } of cluster.list('v1', 'Pod')) {
    if (namespace === 'shop' || namespace === 'batch') cluster.remove({ apiVersion: 'v1', kind: 'Pod', name, namespace })
  }
  await pass(COME_UP_SECONDS)
}
