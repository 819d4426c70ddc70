import { modeOf } from '../fleet.ts'
import { iso } from '../time.ts'
import type { Checkup } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** What holds Catnap back by somebody's word, and what its workers wrote down as being in their way. */
export const heldBack: Rule = (checkup) => [...byWord(checkup), ...byProblem(checkup)]

const byWord = ({ cluster, fleet }: Checkup): readonly Found[] => {
  const base = { severity: 'note', subject: `cluster ${cluster.name}` } as const
  const pause = fleet.pause ?? cluster.pause
  if (pause !== undefined) {
    return [{
      ...base, found: `it is paused by ${pause.by} since ${iso(pause.at)}${pause.why === undefined ? '' : `: ${pause.why}`}`,
      means: 'nothing is put to sleep or woken', advice: 'take the pause back when it is over',
      remedy: fleet.pause === undefined ? `catnap resume ${cluster.name}` : 'catnap resume',
    }]
  }
  if (modeOf(fleet, cluster) === 'act') return []
  return [{
    ...base, found: 'its mode is observe', means: 'what would be done is decided and recorded, and nothing is done',
    advice: 'let it act once the record looks right', remedy: `clusters:\n  ${cluster.name}:\n    mode: act`,
  }]
}

const byProblem = ({ cluster, patients }: Checkup): readonly Found[] => [
  ...[cluster.problem, cluster.unseen].flatMap((problem): readonly Found[] => (problem === undefined ? [] : [{
    severity: 'hinders', subject: `cluster ${cluster.name}`,
    found: `its workers are in trouble since ${iso(problem.since)}, tried ${problem.times} times: ${problem.text}`,
    means: 'its nodes are not looked after, or what it uses is not known', advice: 'what is in the way is in the text; it is tried again by itself',
    remedy: `catnap history ${cluster.name}`,
  }])),
  ...patients.flatMap(({ environment: { id, phase, problem } }): readonly Found[] => (problem === undefined ? [] : [{
    severity: 'hinders', environment: id, subject: `environment ${id}`,
    found: `it is ${phase}, with trouble since ${iso(problem.since)}, tried ${problem.times} times: ${problem.text}`,
    means: 'the sleep or wake under way does not get on', advice: 'what is in the way is in the text; it is tried again by itself',
    remedy: `catnap history ${id}`,
  }])),
]
