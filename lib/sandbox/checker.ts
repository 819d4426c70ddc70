import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { canonical } from './canonical.ts'
import { type FirstIngresses, firstIngresses, frontDifferences, lostFronts } from './front-checker.ts'
import { type FirstObjects, firstObjects, lostObjects, objectDifferences } from './object-checker.ts'
import { plainAttribute } from './plain-attribute.ts'
import type { Sandbox } from './sandbox.ts'

// The independent checker of DESIGN §5. It shares no code with the engine: it knows the annotations, the tag and the
// table's items from docs/safety.md alone, and compares all there is with the first day.

/** What everything was on the first day. */
export interface FirstDay {
  readonly objects: FirstObjects
  readonly pools: ReadonlyMap<string, string>
  readonly ingresses: FirstIngresses
}

/** Takes the picture everything is compared with later. */
export const firstDay = (sandbox: Sandbox): FirstDay => ({
  objects: firstObjects(sandbox),
  pools: new Map(seenPools(sandbox).map(({ key, text }) => [key, text])),
  ingresses: firstIngresses(sandbox),
})

/**
 * While things sleep: whatever is not as on the first day has its original in both places, with the thing itself and in
 * the table. Answers one line for each that has not.
 */
export const lostOriginals = async (sandbox: Sandbox, first: FirstDay): Promise<readonly string[]> => {
  const table = await readTable(sandbox)
  return [
    ...lostObjects(sandbox, first.objects, table.originals),
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
  const nodes = [...sandbox.clusters].flatMap(([name, cluster]) => cluster.list('v1', 'Node').map((node) => ({ name, node })))
  return [
    ...objectDifferences(sandbox, first.objects, table.originals),
    ...seenPools(sandbox).flatMap(({ key, text, mark }) => [
      ...(text === first.pools.get(key) ? [] : [`pool ${key} is ${text}, was ${first.pools.get(key)}`]),
      ...(mark === undefined ? [] : [`pool ${key} still carries the original ${mark}`]),
    ]),
    ...nodes.flatMap(({ name, node }) => (/catnap\.dev|"unschedulable":true/.test(JSON.stringify(node.spec)) ? [`node ${name}/${node.metadata.name} still carries our mark`] : [])),
    ...frontDifferences(sandbox, first.ingresses, table.fronts),
    ...[...table.pools.keys()].map((key) => `the table still holds the original of pool ${key}`),
  ]
}

const poolText = ({ minSize, desiredSize, maxSize, suspendedProcesses }: { minSize: number; desiredSize: number; maxSize: number; suspendedProcesses: readonly string[] }): string =>
  `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${suspendedProcesses.includes('AZRebalance') ? 'off' : 'on'}`

/** A pool as it is, and what it says it was: by a tag on a group, by an annotation on a NodePool. */
const seenPools = (sandbox: Sandbox): readonly { readonly key: string; readonly text: string; readonly mark?: string }[] => [
  ...sandbox.cloud.pools().map((pool) => withMark({ key: `${pool.cluster}/${pool.pool}`, text: poolText(pool) }, pool.tags['catnap.dev/original'])),
  ...[...sandbox.clusters].flatMap(([name, cluster]) => cluster.list('karpenter.sh/v1', 'NodePool').map(({ metadata, spec }) => {
    const original = metadata.annotations?.['catnap.dev/original']
    const mark = original === undefined ? undefined : limitsText((JSON.parse(original) as { readonly limits: unknown }).limits)
    return withMark({ key: `${name}/${metadata.name}`, text: limitsText((spec as Readonly<Record<string, unknown>>)['limits']) }, mark)
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
  const originals = new Map<string, string>()
  const pools = new Map<string, string>()
  const fronts = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client }, { TableName: environment['CATNAP_TABLE'] ?? '' })) {
    for (const item of Items) {
      const [pk = '', sk = '', original] = [item['pk']?.S, item['sk']?.S, item['original']?.M]
      if (original === undefined) continue
      const value = Object.fromEntries(Object.entries(original).map(([field, { N, BOOL }]) => [field, N ?? String(BOOL)]))
      if (pk.startsWith('FRONT#')) fronts.set(`${pk.slice('FRONT#'.length)}|${sk}`, JSON.stringify(plainAttribute({ M: original })))
      if (pk.startsWith('ORIGINALS#')) originals.set(`${pk.slice('ORIGINALS#'.length)}|${sk}`, canonical(Object.values(original).map(plainAttribute)[0]))
      if (sk.startsWith('pool#')) {
        const { minSize, desiredSize, maxSize, rebalancing } = value
        const limits = original['limits']
        pools.set(`${pk.slice('CLUSTER#'.length)}/${sk.slice('pool#'.length)}`, limits !== undefined ? limitsText(plainAttribute(limits)) : `min=${minSize} desired=${desiredSize} max=${maxSize} rebalancing=${rebalancing === 'true' ? 'on' : 'off'}`)
      }
    }
  }
  client.destroy()
  return { originals, pools, fronts }
}
