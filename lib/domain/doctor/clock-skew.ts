import { sayDuration } from '../duration.ts'
import { iso, secondsBetween } from '../time.ts'
import type { Rule } from './rule.ts'

/** A presigned token is good for 60 s, and claims allow for 10 s of skew (DESIGN §4): more than this is worth a word. */
const MOST_SECONDS = 10

/** Clocks that disagree: of whoever asks and of the API server. */
export const clockSkew: Rule = ({ cluster, asker: { at }, now }) => {
  if (at === undefined) return []
  const seconds = Math.abs(secondsBetween(at, now))
  // The API server tells whole seconds, and its answer takes one.
  if (seconds <= MOST_SECONDS) return []
  return [{
    severity: seconds > 60 ? 'hinders' : 'weakens',
    subject: `cluster ${cluster.name}`,
    found: `here it is ${iso(now)}, at its API server ${iso(at)}: ${sayDuration(seconds)} apart`,
    means: 'hours are kept by the one clock, CronJobs and deadlines by the other; tokens that seem expired are refused',
    advice: 'set the clock of this machine; where it is right, ask who runs the control plane',
    remedy: 'timedatectl status',
  }]
}
