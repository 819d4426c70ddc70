import { type V1Node } from '@kubernetes/client-node'
import { controllerOf, type SeenPod, type Snapshot } from '../../domain/drain/snapshot.ts'
import type { Node } from '../../domain/node.ts'
import type { Survey } from '../../ports.ts'
import { type ClusterApi, eachPage, isNotServed, reading } from './cluster-api.ts'
import { fieldsIn, listIn, textIn } from './json-fields.ts'
import { toNode } from './node.ts'
import { type SnapshotReader, snapshotReader, type TypeMeta } from './snapshot/snapshot-reader.ts'

/** A list the judge looks at. */
interface Source extends TypeMeta {
  readonly plural: string
  /** What of its objects is looked at; `metadata`: nothing else, and the API leaves the rest out. */
  readonly part: 'all' | 'metadata'
}

const NODES: Source = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', part: 'all' }
const PODS: Source = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', part: 'all' }
const BUDGETS: Source = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', part: 'all' }
const CLAIMS: Source = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', part: 'all' }
const VOLUMES: Source = { apiVersion: 'v1', kind: 'PersistentVolume', plural: 'persistentvolumes', part: 'all' }
const NAMESPACES: Source = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', part: 'metadata' }

/** Kinds of which a pod's controller may be gone (row 11). A DaemonSet's pod goes with its node, whatever became of the DaemonSet. */
const CONTROLLERS: readonly Source[] = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', plural: 'replicasets', part: 'metadata' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', part: 'metadata' },
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', part: 'metadata' },
  { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', part: 'metadata' },
  { apiVersion: 'v1', kind: 'ReplicationController', plural: 'replicationcontrollers', part: 'metadata' },
]

/**
 * Reads a cluster page by page, and of it only what the judge looks at: lists that no pod gives a reason for are not asked
 * for, and of controllers and namespaces only their metadata. The library's own reading of a list takes many times as long
 * as its JSON, which a worker has no time for. Throws an Error that says which list could not be read, and why.
 */
export const surveyCluster = async (api: ClusterApi): Promise<Survey> => {
  const reader = snapshotReader()
  const nodes: Node[] = []
  await Promise.all([
    readList(api, reader, NODES, (items, isFirst) => {
      if (isFirst) nodes.length = 0
      // Written as the API has it; what the library would make of it differs in dates only, which `toNode` reads either way.
      for (const item of items) nodes.push(toNode(item as V1Node))
    }),
    readList(api, reader, PODS),
    readList(api, reader, BUDGETS),
  ])
  await Promise.all(askedFor(reader.pods()).map((source) => readList(api, reader, source)))
  return { nodes, snapshot: doneReading(api, reader) }
}

/** The lists that these pods give a reason for. */
const askedFor = (pods: Iterable<SeenPod>): readonly Source[] => {
  const owners = new Set<string>()
  let [hasClaims, selectsNamespaces] = [false, false]
  for (const pod of pods) {
    const controller = controllerOf(pod)
    if (controller !== undefined) owners.add(`${controller.group} ${controller.kind}`)
    hasClaims ||= pod.claims.length > 0
    selectsNamespaces ||= [...pod.needs.near, ...pod.needs.apart].some(({ namespaceSelector }) => namespaceSelector !== undefined)
  }
  return [
    ...CONTROLLERS.filter(({ apiVersion, kind }) => owners.has(`${groupOf(apiVersion)} ${kind}`)),
    ...(hasClaims ? [CLAIMS, VOLUMES] : []),
    ...(selectsNamespaces ? [NAMESPACES] : []),
  ]
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '')

type TakePage = (items: readonly unknown[], isFirst: boolean) => void

const readList = async (api: ClusterApi, reader: SnapshotReader, source: Source, also?: TakePage): Promise<void> => {
  const { apiVersion, kind, plural, part } = source
  let count = 0
  const take: TakePage = (items, isFirst) => {
    if (isFirst) reader.again(kind)
    count = isFirst ? 0 : count
    for (const item of items) reader.take(item, `${plural}[${count++}]`, source)
    also?.(items, isFirst)
  }
  try {
    await reading(`list ${plural}`, () => eachPage(async ({ limit, _continue }) => {
      const query = new URLSearchParams({ limit: `${limit}`, ...(_continue === undefined ? {} : { continue: _continue }) })
      const root = apiVersion.includes('/') ? 'apis' : 'api'
      const { items, metadata } = fieldsIn(await api.read(`/${root}/${apiVersion}/${plural}?${query}`, ACCEPT[part]))
      return { items: [...listIn(items)], metadata: { _continue: textIn(fieldsIn(metadata)['continue']) ?? '' } }
    }, take))
  } catch (error) {
    // What a cluster does not serve it has none of.
    if (!isNotServed(error)) throw error
  }
}

/** An API server that cannot leave the rest out sends all of it. */
const ACCEPT: Readonly<Record<Source['part'], string>> = {
  all: 'application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json',
}

const doneReading = ({ name }: ClusterApi, reader: SnapshotReader): Snapshot => {
  try {
    return reader.done()
  } catch (error) {
    throw new Error(`cluster ${name} answered what its API would not: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
