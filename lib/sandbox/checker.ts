import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { attributeText, type FirstIngresses, firstIngresses, frontDifferences, lostFronts } from './front-checker.ts'
import type { Sandbox } from './sandbox.ts'

// The independent checker of DESIGN §5. It shares no code with the engine: it knows the annotations, the tag and the
// table's items from docs/safety.md alone, and compares all there is with the first day.

/** What everything was on the first day. */
export interface FirstDay {
  /** Specs of all workloads, as JSON, by `cluster/kind/namespace/name`. */
  readonly specs: ReadonlyMap<string, Spec>
  readonly pools: ReadonlyMap<string, string>
  readonly ingresses: FirstIngresses
}

type Spec = Readonly<Record<string, unknown>>

const KINDS = [['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['apps/v1', 'DaemonSet'], ['batch/v1', 'CronJob']] as const

/** Takes the picture everything is compared with later. */
export const firstDay = (sandbox: Sandbox): FirstDay => ({
  specs: new Map(workloads(sandbox).map(({ key, spec }) => [key, spec])),
  pools: new Map(seenPools(sandbox).map(({ key, text }) => [key, text])),
  ingresses: firstIngresses(sandbox),
})

/**
 * While things sleep: whatever is not as on the first day has its original in both places, with the thing itself and in
 * the table. Answers one line for each that has not.
 */
export const lostOriginals = async (sandbox: Sandbox, first: FirstDay): Promise<readonly string[]> => {
  const table = await readTable(sandbox)
  const changed = workloads(sandbox).filter(({ key, spec }) => first.specs.has(key) && canonical(first.specs.get(key)) !== canonical(spec))
  return [
    ...changed.flatMap(({ key, spec, annotations, environment }) => {
      const was = first.specs.get(key) ?? {}
      const field = 'suspend' in was ? 'suspend' : 'replicas'
      const [, ...objectKey] = key.split('/')
      const places = { object: annotations[`catnap.dev/original-${field}`], table: table.originals.get(`${environment}|${objectKey.join('/')}`)?.[field] }
      const others = canonical({ ...spec, [field]: undefined }) === canonical({ ...was, [field]: undefined })
      const lost = Object.entries(places).filter(([, original]) => original !== `${was[field]}`).map(([place]) => place)
      return [...(others ? [] : [`${key}: changed in more than ${field}`]), ...(lost.length === 0 ? [] : [`${key}: ${field} was ${was[field]}, lost in the ${lost.join(' and the ')}`])]
    }),
    ...seenPools(sandbox).flatMap(({ key, text, mark }) => {
      const expected = first.pools.get(key)
      if (expected === text) return []
      const lost = [...(mark === expected ? [] : ['mark on it']), ...(table.pools.get(key) === expected ? [] : ['table'])]
      return lost.length === 0 ? [] : [`pool ${key} was ${expected}, lost in the ${lost.join(' and the ')} (mark: ${mark}, table: ${table.pools.get(key)})`]
    }),
    ...lostFronts(sandbox, first.ingresses, table.fronts),
  ]
}

/** When everything is awake again: all is as on the first day and no mark of Catnap is left. One line for each difference. */
export const differences = async (sandbox: Sandbox, first: FirstDay): Promise<readonly string[]> => {
  const table = await readTable(sandbox)
  const present = new Map(workloads(sandbox).map((workload) => [workload.key, workload]))
  const nodes = [...sandbox.clusters].flatMap(([name, cluster]) => cluster.list('v1', 'Node').map((node) => ({ name, node })))
  return [
    ...[...first.specs].flatMap(([key, spec]) => {
      const now = present.get(key)
      if (now === undefined) return [`${key} is gone`]
      const marks = Object.keys(now.annotations).filter((annotation) => annotation.startsWith('catnap.dev/'))
      return [
        ...(canonical(now.spec) === canonical(spec) ? [] : [`${key}: spec is ${canonical(now.spec)}, was ${canonical(spec)}`]),
        ...(marks.length === 0 ? [] : [`${key} still carries ${marks.join(', ')}`]),
      ]
    }),
    ...seenPools(sandbox).flatMap(({ key, text, mark }) => [
      ...(text === first.pools.get(key) ? [] : [`pool ${key} is ${text}, was ${first.pools.get(key)}`]),
      ...(mark === undefined ? [] : [`pool ${key} still carries the original ${mark}`]),
    ]),
    ...nodes.flatMap(({ name, node }) => (/catnap\.dev|"unschedulable":true/.test(JSON.stringify(node.spec)) ? [`node ${name}/${node.metadata.name} still carries our mark`] : [])),
    ...frontDifferences(sandbox, first.ingresses, table.fronts),
    ...[...table.originals.keys()].map((key) => `the table still holds an original of ${key}`),
    ...[...table.pools.keys()].map((key) => `the table still holds the original of pool ${key}`),
  ]
}

interface SeenWorkload {
  readonly key: string
  readonly spec: Spec
  readonly annotations: Readonly<Record<string, string>>
  readonly environment: string
}

const workloads = (sandbox: Sandbox): readonly SeenWorkload[] =>
  [...sandbox.clusters].flatMap(([name, cluster]) => KINDS.flatMap(([apiVersion, kind]) => cluster.list(apiVersion, kind).map((object) => {
    const annotations = object.metadata.annotations ?? {}
    return {
      key: `${name}/${kind}/${object.metadata.namespace}/${object.metadata.name}`,
      spec: object.spec as Spec,
      annotations,
      environment: annotations['catnap.dev/environment'] ?? '',
    }
  })))

const poolText = ({ minSize, desiredSize, maxSize, suspendedProcesses }: { minSize: number; desiredSize: number; maxSize: number; suspendedProcesses: readonly string[] }): string =>
  `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${suspendedProcesses.includes('AZRebalance') ? 'off' : 'on'}`

/** A pool as it is, and what it says it was: by a tag on a group, by an annotation on a NodePool. */
const seenPools = (sandbox: Sandbox): readonly { readonly key: string; readonly text: string; readonly mark?: string }[] => [
  ...sandbox.cloud.pools().map((pool) => withMark({ key: `${pool.cluster}/${pool.pool}`, text: poolText(pool) }, pool.tags['catnap.dev/original'])),
  ...[...sandbox.clusters].flatMap(([name, cluster]) => cluster.list('karpenter.sh/v1', 'NodePool').map(({ metadata, spec }) => {
    const original = metadata.annotations?.['catnap.dev/original']
    const mark = original === undefined ? undefined : limitsText((JSON.parse(original) as { readonly limits: unknown }).limits)
    return withMark({ key: `${name}/${metadata.name}`, text: limitsText((spec as Spec)['limits']) }, mark)
  })),
]

const withMark = (pool: { readonly key: string; readonly text: string }, mark: string | undefined) => ({ ...pool, ...(mark === undefined ? {} : { mark }) })

const limitsText = (limits: unknown): string => `limits ${canonical(limits ?? null)}`

/** What the table holds of originals, read with the plain client. */
const readTable = async ({ environment }: Sandbox) => {
  const client = new DynamoDBClient({
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'sandbox' },
  })
  const originals = new Map<string, Readonly<Record<string, string>>>()
  const pools = new Map<string, string>()
  const fronts = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client }, { TableName: environment['CATNAP_TABLE'] ?? '' })) {
    for (const item of Items) {
      const [pk = '', sk = '', original] = [item['pk']?.S, item['sk']?.S, item['original']?.M]
      if (original === undefined) continue
      const value = Object.fromEntries(Object.entries(original).map(([field, { N, BOOL }]) => [field, N ?? String(BOOL)]))
      if (pk.startsWith('FRONT#')) fronts.set(`${pk.slice('FRONT#'.length)}|${sk}`, attributeText({ M: original }))
      if (pk.startsWith('ORIGINALS#')) originals.set(`${pk.slice('ORIGINALS#'.length)}|${sk}`, value)
      if (sk.startsWith('pool#')) {
        const { minSize, desiredSize, maxSize, rebalancing } = value
        const limits = original['limits']
        pools.set(`${pk.slice('CLUSTER#'.length)}/${sk.slice('pool#'.length)}`, limits !== undefined ? limitsText(plainLimits(limits.M)) : `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${rebalancing === 'true' ? 'on' : 'off'}`)
      }
    }
  }
  client.destroy()
  return { originals, pools, fronts }
}

const plainLimits = (limits: Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>> | undefined): unknown =>
  (limits === undefined ? null : Object.fromEntries(Object.entries(limits).map(([name, { S, N }]) => [name, N === undefined ? S : Number(N)])))

/** JSON with sorted keys, so that the order they were written in does not count. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part))
