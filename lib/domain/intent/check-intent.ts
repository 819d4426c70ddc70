import { globPattern } from '../glob.ts'
import { nearest } from '../nearest.ts'
import { frontMistakes } from './check-front.ts'
import { namespaceMistakes } from './check-namespaces.ts'
import { parseEnvironmentId } from './environment-id.ts'
import type { IntentMistake } from './mistake.ts'
import { ENVIRONMENT_GLOB_PATTERN } from './patterns.ts'
import { entries, isMapping, type Sketch, sketchOf, texts } from './sketch.ts'

/**
 * The rules between the parts of an intent, which the schema cannot say. Takes the file as it was read, right or wrong:
 * a rule looks at what has the shape it needs, so that all mistakes are told at once.
 */
export const checkIntent = (file: unknown): readonly IntentMistake[] => {
  const sketch = sketchOf(file)
  return [
    sharedArns,
    emptyPools,
    repeatedHolidays,
    unknownClusters,
    namespaceMistakes,
    hostClashes,
    frontClashes,
    globsOfNothing,
    warningsToNobody,
  ].flatMap((rule) => rule(sketch))
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
  const known = new Set(names)
  const expected = `a cluster named under clusters: ${names.length === 0 ? 'there is none' : names.join(', ')}`
  const nears = new Map<string, string | undefined>()
  return environments.flatMap(({ name }): IntentMistake[] => {
    const cluster = parseEnvironmentId(name)?.cluster
    if (cluster === undefined || known.has(cluster)) return []
    if (!nears.has(cluster)) nears.set(cluster, nearest(cluster, names))
    const near = nears.get(cluster)
    const hint = near === undefined ? undefined : `did you mean "${near}"?`
    return [{ path: ['environments', name], at: 'key', found: `cluster "${cluster}"`, expected, hint }]
  })
}

const hostClashes = ({ environments }: Sketch): readonly IntentMistake[] => {
  const owners = new Map<string, string>()
  return environments.flatMap(({ name, value }) => {
    const wake = isMapping(value['wake']) ? value['wake'] : {}
    return texts(wake['hosts'], ['environments', name, 'wake', 'hosts']).flatMap(({ path, text }): IntentMistake[] => {
      const host = text.toLowerCase()
      const owner = owners.get(host)
      owners.set(host, owner ?? name)
      if (owner === undefined) return []
      if (owner === name) return [{ path, at: 'value', found: `host "${text}" again`, expected: 'each host once' }]
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
      const pattern = new RegExp(globPattern(text))
      if (!ENVIRONMENT_GLOB_PATTERN.test(text) || ids.some((id) => pattern.test(id))) return []
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
