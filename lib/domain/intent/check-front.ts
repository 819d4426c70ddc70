import type { IntentMistake } from './mistake.ts'

/** Which fronts each key is for. */
const FRONTS_OF = { targetGroup: ['alb'], wakeTargetGroup: ['lbc'], ingress: ['lbc', 'ingress'] } as const

/** What `wake` of an environment says of its front that does not go together. Takes it as it was read, right or wrong. */
export const frontMistakes = (environment: string, wake: Readonly<Record<string, unknown>>): readonly IntentMistake[] => {
  const path = ['environments', environment, 'wake']
  const hosts = Array.isArray(wake['hosts']) ? wake['hosts'] : []
  const front = wake['front'] ?? (hosts.length > 0 ? 'alb' : 'link')
  const without: readonly IntentMistake[] = hosts.length > 0 || front === 'link' ? [] : [
    { path: [...path, 'front'], at: 'value', found: `front ${JSON.stringify(front)} and no hosts`, expected: 'hosts to lead', hint: 'name them under hosts, or say front: link' },
  ]
  const foreign = Object.entries(FRONTS_OF).flatMap(([key, fronts]): IntentMistake[] => {
    if (wake[key] === undefined || fronts.some((each) => each === front)) return []
    return [{ path: [...path, key], at: 'key', found: `${key} with front ${JSON.stringify(front)}`, expected: `front: ${fronts.join(' or ')}` }]
  })
  return [...without, ...foreign]
}
