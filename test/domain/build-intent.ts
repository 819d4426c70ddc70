import { type Intent, intentSchema } from '../../lib/domain/intent/schema.ts'

/** What one environment of an intent says, as users write it. */
export interface WrittenEnvironment {
  readonly namespaces?: readonly string[]
  readonly hours?: string
  readonly wake?: object
  readonly idle?: object
  readonly warn?: string
  readonly notify?: object
}

/** An intent in act mode whose clusters are those its pools and environments name, unless told otherwise. */
export const intentWith = (
  environments: Readonly<Record<string, WrittenEnvironment>>,
  { pools = {}, ...changes }: { readonly pools?: Readonly<Record<string, Readonly<Record<string, number>>>>; readonly [key: string]: unknown } = {},
): Intent => {
  const names = new Set([...Object.keys(environments).map((id) => id.slice(0, id.indexOf('/'))), ...Object.keys(pools)])
  const clusters = Object.fromEntries([...names].map((name) => [name, {
    arn: `arn:aws:eks:us-east-1:111122223333:cluster/${name}`,
    whole: true,
    pools: Object.fromEntries(Object.entries(pools[name] ?? {}).map(([pool, keep]) => [pool, { keep }])),
  }]))
  return intentSchema.parse({
    mode: 'act',
    timezone: 'UTC',
    clusters,
    environments: Object.fromEntries(Object.entries(environments).map(([id, written]) => [id, { namespaces: [id.replace('/', '-')], hours: 'Mon-Fri 08:00-19:00', ...written }])),
    ...changes,
  })
}
