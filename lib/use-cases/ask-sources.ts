import pMap from 'p-map'
import type { Answers } from '../domain/idleness/judge-idleness.ts'
import type { NamespaceNetwork } from '../domain/idleness/judge-network.ts'
import { type QueryAnswer, querySpan } from '../domain/idleness/judge-query.ts'
import type { TargetGroupTraffic } from '../domain/idleness/judge-requests.ts'
import { watchBegins } from '../domain/idleness/period.ts'
import { earliest, type Instant } from '../domain/time.ts'
import type { Watched } from './observe-activity.ts'
import type { Look } from './observe.ts'

/** Queries asked at once. */
const QUERIES_AT_ONCE = 4

/** What the sources outside of the cluster answered. */
export interface Sources {
  answersFor(watched: Pick<Watched, 'idle' | 'namespaces'>): Answers
  /** What could not be asked at all, in words. */
  readonly problems: readonly string[]
}

/** Asks CloudWatch and Prometheus for what the intent of these environments names, each in as few calls as it takes. */
export const askSources = async (look: Look, asked: readonly Watched[]): Promise<Sources> => {
  const [groups, networks, queries] = await Promise.all([countRequests(look, asked), measureNetwork(look, asked), runQueries(look, asked)])
  return {
    problems: 'problem' in groups ? [groups.problem] : [],
    answersFor: ({ idle, namespaces }) => ({
      groups: 'problem' in groups ? groups : new Map(namespaces.flatMap((namespace) => groups.get(namespace) ?? [])),
      networks: new Map(namespaces.map((namespace) => [namespace, networks.get(namespace) ?? NOTHING])),
      query: queries.get(queryKey(idle)) ?? NOTHING,
    }),
  }
}

const NOTHING = { problem: 'nothing was answered of it' } as const

const namespacesIn = (asked: readonly Watched[]): readonly string[] => [...new Set(asked.flatMap(({ namespaces }) => namespaces))]

const beginOf = (asked: readonly Watched[], now: Instant): Instant => earliest(...asked.map(({ idle }) => watchBegins(idle, now))) ?? now

type GroupsByNamespace = ReadonlyMap<string, readonly (readonly [string, TargetGroupTraffic])[]>

/** What the target groups that lead into each namespace count, by namespace. */
const countRequests = async ({ world: { traffic }, cluster, access, now }: Look, all: readonly Watched[]): Promise<GroupsByNamespace | { readonly problem: string }> => {
  const asked = all.filter(({ idle }) => idle.belowPerMinute !== undefined)
  if (asked.length === 0) return new Map()
  try {
    const bound = await access.containers.targetGroups(namespacesIn(asked))
    const arns = [...new Set([...bound.values()].flat())]
    const counted = arns.length === 0 ? new Map<string, TargetGroupTraffic>() : await traffic.requests(cluster, arns, beginOf(asked, now), now)
    return new Map([...bound].map(([namespace, own]) => [namespace, own.map((arn) => [arn, counted.get(arn) ?? NOTHING] as const)]))
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const measureNetwork = async ({ world: { traffic }, cluster, now }: Look, all: readonly Watched[]): Promise<ReadonlyMap<string, NamespaceNetwork>> => {
  const asked = all.filter(({ idle }) => idle.networkBelowBytesPerSecond !== undefined)
  return asked.length === 0 ? new Map() : traffic.network(cluster, namespacesIn(asked), beginOf(asked, now), now)
}

/** Two environments with the same query over the same time share an answer. */
const queryKey = ({ prometheus, afterSeconds }: Watched['idle']): string => JSON.stringify([prometheus, afterSeconds])

const runQueries = async ({ world: { queries }, cluster, now }: Look, all: readonly Watched[]): Promise<ReadonlyMap<string, QueryAnswer>> => {
  const wanted = new Map(all.flatMap(({ idle }) => (idle.prometheus === undefined ? [] : [[queryKey(idle), { idle, terms: idle.prometheus }] as const])))
  return new Map(await pMap(wanted, async ([key, { idle, terms }]) => [key, await queries.range(cluster, terms, querySpan(idle, now))] as const, { concurrency: QUERIES_AT_ONCE }))
}
