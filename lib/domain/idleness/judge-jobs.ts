import type { Doings } from './doings.ts'
import type { Verdict } from './verdict.ts'

/** Of so many Jobs the names are said. */
const NAMES_SAID = 3

/** A Job that runs keeps its environment awake: to end it half-way would waste it. */
export const judgeJobs = (doings: ReadonlyMap<string, Doings>): Verdict => {
  const running = [...doings].flatMap(([namespace, { runningJobs }]) => runningJobs.map((name) => `${namespace}/${name}`))
  if (running.length === 0) return { seen: 'idle', why: 'no Job runs' }
  const more = running.length > NAMES_SAID ? ` and ${running.length - NAMES_SAID} more` : ''
  return { seen: 'active', why: `${running.length === 1 ? 'Job' : 'Jobs'} ${running.slice(0, NAMES_SAID).join(', ')}${more} ${running.length === 1 ? 'runs' : 'run'}` }
}
