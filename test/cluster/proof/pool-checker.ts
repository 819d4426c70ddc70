import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { canonical } from '../../../lib/sandbox/canonical.ts'
import type { SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { RawApi } from '../../contract/raw-api.ts'

// The part of the independent checker that looks at pools and their nodes on a real control plane. Like the rest of it, it
// knows the tag, the annotation, the mark and the table's items from docs/safety.md alone.

/** What a checker of pools looks at. */
export interface CheckedPools {
  readonly admin: RawApi
  readonly cloud: SimulatedCloud
  readonly tableUrl: string
  /** Those of a plane that others use too. */
  readonly nodePools: readonly string[]
}

/** A pool: what may change of it, and what may not at all. */
interface SeenPool {
  readonly may: string
  readonly mayNot: string
}

/** All pools, by name. */
export type PoolPicture = Map<string, SeenPool>

/** Takes the picture everything is compared with later. */
export const poolPicture = async (checked: CheckedPools): Promise<PoolPicture> => new Map((await seenPools(checked)).map(({ name, pool }) => [name, pool]))

/** Whatever pool is not as on the first day and has lost its original on itself or in the table. One line for each. */
export const lostPools = async (checked: CheckedPools, first: PoolPicture): Promise<readonly string[]> => {
  // Pools first: an original is in the table before anything is changed.
  const now = await seenPools(checked)
  const table = await originalsIn(checked)
  return now.flatMap(({ name, pool, mark }) => {
    const was = first.get(name)
    if (was === undefined) return []
    const others = pool.mayNot === was.mayNot ? [] : [`pool ${name}: ${pool.mayNot}, was ${was.mayNot}, expected never to be changed`]
    if (pool.may === was.may) return others
    const lost = Object.entries({ mark, table: table.get(name) }).flatMap(([where, original]) => (original === was.may ? [] : [`the ${where} (${original})`]))
    return [...others, ...(lost.length === 0 ? [] : [`pool ${name} was ${was.may}, lost in ${lost.join(' and ')}`])]
  })
}

/** When everything is awake again: what of pools and nodes is not as on the first day, and what is left of Catnap. */
export const poolDifferences = async (checked: CheckedPools, first: PoolPicture): Promise<readonly string[]> => {
  const [now, nodes, table] = [await seenPools(checked), await nodesOf(checked), await originalsIn(checked)]
  return [
    ...now.flatMap(({ name, pool, mark }) => [
      ...(canonical(pool) === canonical(first.get(name)) ? [] : [`pool ${name} is ${canonical(pool)}, was ${canonical(first.get(name))}`]),
      ...(mark === undefined ? [] : [`pool ${name} still carries the original ${mark}`]),
    ]),
    ...nodes.flatMap(({ metadata, spec }) => (/catnap\.dev|"unschedulable":true/.test(JSON.stringify([metadata.annotations, spec])) ? [`node ${metadata.name} is still marked`] : [])),
    ...[...table.keys()].map((name) => `the table still holds an original of pool ${name}`),
  ]
}

/** The nodes of these pools that the plane knows. */
export const nodesOf = async ({ admin, cloud, nodePools }: Pick<CheckedPools, 'admin' | 'cloud' | 'nodePools'>): Promise<readonly KubernetesObject[]> => {
  const groups = new Set(cloud.pools().map(({ pool }) => pool))
  return (await admin.list('Node')).filter(({ metadata: { labels = {} } }) =>
    groups.has(labels['eks.amazonaws.com/nodegroup'] ?? '') || nodePools.includes(labels['karpenter.sh/nodepool'] ?? ''))
}

/** Nodes of each pool that the plane knows, each an instance that runs. Throws an Error where the two differ. */
export const nodeCountsOf = async <Name extends string>(checked: CheckedPools, names: Readonly<Record<Name, string>>): Promise<Readonly<Record<Name, number>>> => {
  const nodes = await nodesOf(checked)
  const running = checked.cloud.instances().filter(({ state }) => state !== 'terminated').map(({ id }) => id)
  const known = nodes.map(({ spec }) => String((spec as { readonly providerID: string }).providerID).split('/').at(-1) ?? '')
  if (known.toSorted().join() !== running.toSorted().join()) throw new Error(`nodes and instances differ: the plane knows ${known.join(', ')}, EC2 has ${running.join(', ')}`)
  const count = (name: string): number => nodes.filter(({ metadata: { labels = {} } }) => [labels['eks.amazonaws.com/nodegroup'], labels['karpenter.sh/nodepool']].includes(name)).length
  return Object.fromEntries(Object.entries<string>(names).map(([key, name]) => [key, count(name)])) as Readonly<Record<Name, number>>
}

const seenPools = async ({ admin, cloud, nodePools }: CheckedPools): Promise<readonly { readonly name: string; readonly pool: SeenPool; readonly mark: string | undefined }[]> => {
  const groups = cloud.pools().map(({ pool, minSize, desiredSize, maxSize, suspendedProcesses, tags }) => {
    const { 'catnap.dev/original': mark, ...others } = tags
    const rebalancing = suspendedProcesses.includes('AZRebalance') ? 'off' : 'on'
    const elseSuspended = suspendedProcesses.filter((process) => process !== 'AZRebalance')
    return { name: pool, mark, pool: { may: `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${rebalancing}`, mayNot: canonical({ maxSize, others, elseSuspended }) } }
  })
  const found = (await admin.list('NodePool')).filter(({ metadata }) => nodePools.includes(metadata.name))
  return [...groups, ...found.map(({ metadata: { name, labels, annotations = {} }, spec }) => {
    const { limits, ...rest } = spec as Readonly<Record<string, unknown>>
    const { 'catnap.dev/original': mark, ...others } = annotations
    const original = mark === undefined ? undefined : limitsText((JSON.parse(mark) as { readonly limits: unknown }).limits)
    return { name, mark: original, pool: { may: limitsText(limits), mayNot: canonical({ labels: labels ?? {}, others, rest }) } }
  })]
}

const limitsText = (limits: unknown): string => `limits ${canonical(limits ?? null)}`

/** The originals of pools the table holds, by name, read with the plain client. */
const originalsIn = async ({ tableUrl }: CheckedPools): Promise<ReadonlyMap<string, string>> => {
  const client = new DynamoDBClient({ endpoint: tableUrl, region: 'us-east-1', credentials: CREDENTIALS })
  const originals = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client: DynamoDBDocumentClient.from(client) }, { TableName: TABLE })) {
    for (const { sk, original } of Items) {
      if (original === undefined || !String(sk).startsWith('pool#')) continue
      const { minSize, desiredSize, maxSize, rebalancing, limits } = original as Readonly<Record<string, unknown>>
      originals.set(String(sk).slice('pool#'.length), limits === undefined ? `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${rebalancing === true ? 'on' : 'off'}` : limitsText(limits))
    }
  }
  client.destroy()
  return originals
}
