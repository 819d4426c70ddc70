import { USUAL_KINDS } from '../kinds/kinds.ts'
import { objectKey } from '../workload.ts'
import { type Checkup, patientOf, seen, type SeenObject } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** Marks and records that do not go together: an original is to be in both places, on the object and in the table (law 1). */
export const strayMark: Rule = (checkup) => {
  const objects = seen(checkup.looks.objects)
  return [...objects.flatMap((object) => markFinding(checkup, object) ?? []), ...('seen' in checkup.looks.objects ? recordFindings(checkup, objects) : [])]
}

const markFinding = (checkup: Checkup, object: SeenObject): Found | undefined => {
  const patient = patientOf(checkup, object.namespace)
  const { mark, markedBy } = object.workload ?? {}
  if (patient === undefined || mark === undefined) return undefined
  const { environment, originals } = patient
  const base = { environment: environment.id, subject: sayObject(object) } as const
  if (markedBy !== undefined && markedBy !== environment.id) {
    return {
      ...base, severity: 'hinders',
      found: `it was put to sleep by environment ${markedBy}, and namespace ${object.namespace} belongs to ${environment.id} now`,
      means: 'its mark stays on it until somebody puts it back; Catnap does not put it to sleep again meanwhile',
      advice: `wake it once: ${environment.id} takes the mark for its own`,
      remedy: `catnap wake ${environment.id}`,
    }
  }
  // While it changes, the one is written before the other.
  if (environment.phase === 'falling-asleep' || environment.phase === 'waking' || originals.has(objectKey(object))) return undefined
  return {
    ...base, severity: 'weakens',
    found: `it carries a mark of Catnap, and the table holds no original of it${environment.phase === 'awake' ? ', for its environment is awake' : ''}`,
    means: 'what it was is known from the object alone: were it replaced while it sleeps, nobody would know any more',
    advice: environment.phase === 'awake' ? 'let it be put back by its mark: hold the environment asleep and wake it' : 'wake it when it suits you: the mark is enough for that',
    remedy: environment.phase === 'awake' ? `catnap sleep ${environment.id} && catnap wake ${environment.id}` : `catnap wake ${environment.id}`,
  }
}

const recordFindings = (checkup: Checkup, objects: readonly SeenObject[]): readonly Found[] => {
  const byKey = new Map(objects.map((object) => [objectKey(object), object]))
  return checkup.patients.flatMap(({ environment, originals }) => {
    if (environment.phase !== 'asleep') return []
    return [...originals].filter((key) => isListed(key) && byKey.get(key)?.workload?.mark === undefined).map((key): Found => {
      const isGone = !byKey.has(key)
      return {
        severity: 'weakens', environment: environment.id, subject: sayKey(key),
        found: isGone ? 'the table holds its original, and it is gone' : 'the table holds its original, and it carries no mark of Catnap',
        means: isGone ? 'somebody deleted it while it slept, and deleted it stays' : 'somebody replaced it while it slept; at zero it is woken from the table, and if it runs it is left so',
        advice: 'nothing, if that was meant; what the table holds is dropped with the next wake',
      }
    })
  })
}

/** Whether objects of the kind a key names were looked at: the table also holds originals of fronts and of GitOps owners. */
const isListed = (key: string): boolean => USUAL_KINDS.some(({ kind }) => key.startsWith(`${kind}/`))

const sayObject = ({ kind, namespace, name }: SeenObject): string => `${kind} ${namespace}/${name}`

const sayKey = (key: string): string => key.replace('/', ' ')
