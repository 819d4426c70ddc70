import { protectedBy } from '../fleet.ts'
import { matchesGlob } from '../glob.ts'
import { nearest } from '../nearest.ts'
import { frontMistakes } from './check-front.ts'
import { parseEnvironmentId } from './environment-id.ts'
import type { IntentMistake, IntentPath } from './mistake.ts'
import { SYSTEM_NAMESPACE } from '../whole/whole-in.ts'
import { ENVIRONMENT_GLOB_PATTERN } from './patterns.ts'

/**
 * The rules between the parts of an intent, which the schema cannot say. Takes the file as it was read, right or wrong:
 * a rule looks at what has the shape it needs, so that all mistakes are told at once.
 */
export const checkIntent = (file: unknown): readonly IntentMistake[] => {
  const sketch = sketchOf(file)
  return [
    sharedArns,
    emptyPools,
    systemClashes,
    repeatedHolidays,
    unknownClusters,
    namespacesOrSelector,
    namespaceClashes,
    hostClashes,
    frontClashes,
    globsOfNothing,
    warningsToNobody,
  ].flatMap((rule) => rule(sketch))
}

interface Entry {
  readonly name: string
  /** Empty where it is no mapping, which the schema tells. */
  readonly value: Readonly<Record<string, unknown>>
  readonly shaped: boolean
}

/** A text of the file and where it stands. */
interface Text {
  readonly path: IntentPath
  readonly text: string
}

/** As much of an intent as has the right shape. */
interface Sketch {
  readonly clusters: readonly Entry[]
  readonly environments: readonly Entry[]
  readonly reports: readonly Entry[]
  readonly notifies: boolean
  readonly protect: readonly string[]
  readonly holidays: readonly Text[]
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const entries = (value: unknown): readonly Entry[] =>
  Object.entries(isMapping(value) ? value : {}).map(([name, under]) =>
    isMapping(under) ? { name, value: under, shaped: true } : { name, value: {}, shaped: false },
  )

const texts = (value: unknown, path: IntentPath): readonly Text[] =>
  (Array.isArray(value) ? value : []).flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ path: [...path, index], text }] : [],
  )

const sketchOf = (file: unknown): Sketch => {
  const top = isMapping(file) ? file : {}
  return {
    clusters: entries(top['clusters']),
    environments: entries(top['environments']),
    reports: entries(top['reports']),
    notifies: top['notify'] !== undefined,
    protect: texts(top['protect'], ['protect']).map(({ text }) => text),
    holidays: texts(top['holidays'], ['holidays']),
  }
}

const sharedArns = ({ clusters }: Sketch): readonly IntentMistake[] => {
  const first = new Map<unknown, string>()
  return clusters.flatMap(({ name, value }): IntentMistake[] => {
    const { arn } = value
    const other = first.get(arn)
    if (typeof arn !== 'string' || other === undefined) {
      first.set(arn, name)
      return []
    }
    const hint = `${other} is the same cluster: two names would let two environments share its namespaces`
    const path = ['clusters', name, 'arn']
    return [{ path, at: 'value', found: `"${arn}"`, expected: 'a cluster that is named once', hint }]
  })
}

const emptyPools = ({ clusters }: Sketch): readonly IntentMistake[] =>
  clusters.flatMap(({ name, value }) =>
    entries(value['pools']).flatMap((pool): IntentMistake[] => {
      if (pool.value['keep'] !== 0 || value['whole'] === true) return []
      const hint = `with whole: true the cluster ${name} may sleep to no node at all`
      const path = ['clusters', name, 'pools', pool.name, 'keep']
      return [{ path, at: 'value', found: '0', expected: 'at least 1 node', hint }]
    }),
  )

const systemClashes = ({ clusters, environments, protect }: Sketch): readonly IntentMistake[] =>
  clusters.flatMap(({ name, value }) =>
    texts(value['system'], ['clusters', name, 'system']).flatMap(({ path, text }): IntentMistake[] => {
      const found = `namespace "${text}"`
      if (value['whole'] !== true) return [{ path, at: 'value', found, expected: 'whole: true beside it', hint: 'these go to zero with the whole cluster only' }]
      const glob = protectedBy(text, protect)
      if (glob !== undefined && text !== SYSTEM_NAMESPACE) return [{ path, at: 'value', found, expected: `a namespace that is not protected by "${glob}"`, hint: protectHint(glob) }]
      const owner = environments.find((environment) => environment.name.startsWith(`${name}/`) && texts(environment.value['namespaces'], []).some((own) => own.text === text))
      return owner === undefined ? [] : [{ path, at: 'value', found, expected: 'a namespace that is in no environment', hint: `${owner.name} has it already` }]
    }),
  )

const repeatedHolidays = ({ holidays }: Sketch): readonly IntentMistake[] => {
  const seen = new Set<string>()
  return holidays.flatMap(({ path, text }): IntentMistake[] => {
    if (seen.has(text)) return [{ path, at: 'value', found: `"${text}" again`, expected: 'each date once' }]
    seen.add(text)
    return []
  })
}

const unknownClusters = ({ clusters, environments }: Sketch): readonly IntentMistake[] => {
  const names = clusters.map(({ name }) => name)
  return environments.flatMap(({ name }): IntentMistake[] => {
    const cluster = parseEnvironmentId(name)?.cluster
    if (cluster === undefined || names.includes(cluster)) return []
    const near = nearest(cluster, names)
    const hint = near === undefined ? undefined : `did you mean "${near}"?`
    const known = names.length === 0 ? 'there is none' : names.join(', ')
    const expected = `a cluster named under clusters: ${known}`
    return [{ path: ['environments', name], at: 'key', found: `cluster "${cluster}"`, expected, hint }]
  })
}

const namespacesOrSelector = ({ environments }: Sketch): readonly IntentMistake[] =>
  environments.flatMap(({ name, value, shaped }): IntentMistake[] => {
    const byName = value['namespaces'] !== undefined
    const byLabel = value['namespaceSelector'] !== undefined
    if (byName !== byLabel || !shaped) return []
    const found = byName ? 'both namespaces and namespaceSelector' : 'neither namespaces nor namespaceSelector'
    return [{ path: ['environments', name], at: 'key', found, expected: 'one of the two' }]
  })

const namespaceClashes = ({ environments, protect }: Sketch): readonly IntentMistake[] => {
  const owners = new Map<string, string>()
  return environments.flatMap(({ name, value }) =>
    texts(value['namespaces'], ['environments', name, 'namespaces']).flatMap(({ path, text }): IntentMistake[] => {
      const found = `namespace "${text}"`
      const glob = protectedBy(text, protect)
      if (glob !== undefined) {
        const expected = `a namespace that is not protected by "${glob}"`
        return [{ path, at: 'value', found, expected, hint: protectHint(glob) }]
      }
      const place = `${name.split('/')[0] ?? ''}/${text}`
      const owner = owners.get(place)
      owners.set(place, owner ?? name)
      if (owner === undefined) return []
      const expected = 'a namespace that is in no other environment'
      return [{ path, at: 'value', found, expected, hint: `${owner} has it already` }]
    }),
  )
}

const protectHint = (glob: string): string =>
  glob === 'kube-*'
    ? 'the namespaces of Kubernetes itself always are'
    : 'take it out here, or narrow the entry under protect'

const hostClashes = ({ environments }: Sketch): readonly IntentMistake[] => {
  const owners = new Map<string, string>()
  return environments.flatMap(({ name, value }) => {
    const wake = isMapping(value['wake']) ? value['wake'] : {}
    return texts(wake['hosts'], ['environments', name, 'wake', 'hosts']).flatMap(({ path, text }): IntentMistake[] => {
      const host = text.toLowerCase()
      const owner = owners.get(host)
      owners.set(host, owner ?? name)
      if (owner === undefined) return []
      const expected = 'a host that wakes one environment'
      return [{ path, at: 'value', found: `host "${text}"`, expected, hint: `${owner} has it already` }]
    })
  })
}

const frontClashes = ({ environments }: Sketch): readonly IntentMistake[] =>
  environments.flatMap(({ name, value }) => (isMapping(value['wake']) ? frontMistakes(name, value['wake']) : []))

const globsOfNothing = ({ environments, reports }: Sketch): readonly IntentMistake[] => {
  const ids = environments.map(({ name }) => name)
  return reports.flatMap(({ name, value }) =>
    texts(value['environments'], ['reports', name, 'environments']).flatMap(({ path, text }): IntentMistake[] => {
      if (!ENVIRONMENT_GLOB_PATTERN.test(text) || ids.some((id) => matchesGlob(text, id))) return []
      const near = nearest(text, ids)
      const hint = near === undefined ? undefined : `did you mean "${near}"?`
      return [{ path, at: 'value', found: `"${text}"`, expected: 'an environment of this file, or a glob that matches one', hint }]
    }),
  )
}

const warningsToNobody = ({ environments, notifies }: Sketch): readonly IntentMistake[] =>
  environments.flatMap(({ name, value }): IntentMistake[] => {
    if (value['warn'] === undefined || value['notify'] !== undefined || notifies) return []
    const hint = 'name a channel under notify, here or at the top'
    return [{ path: ['environments', name, 'warn'], at: 'value', found: 'a warning that goes nowhere', expected: 'somebody to tell', hint }]
  })
