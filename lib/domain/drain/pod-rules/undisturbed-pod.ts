import { iso, later } from '../../time.ts'
import { ANNOTATIONS } from '../annotations.ts'
import { goDuration } from '../go-duration.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 6: somebody asked Karpenter not to disturb it, for ever or for a while. What cannot be read asks for nothing. */
export const undisturbedPod: PodRule = ({ annotations, startedAt }, { now }) => {
  const asked = annotations[ANNOTATIONS.doNotDisrupt]
  if (asked === undefined) return undefined
  const said = `${ANNOTATIONS.doNotDisrupt} is "${asked}"`
  if (asked === 'true') return { verdict: 'block', reason: said }
  const seconds = goDuration(asked)
  if (seconds === undefined || seconds <= 0) return undefined
  if (startedAt === undefined) return { verdict: 'block', reason: `${said} and it has not started yet` }
  const until = later(startedAt, seconds)
  return now < until ? { verdict: 'block', reason: `${said}, which ends at ${sayInstant(until)}` } : undefined
}

/** The last instant a Date can show is in the year 275760. */
const sayInstant = (at: Parameters<typeof iso>[0]): string => (at <= 8.64e15 ? iso(at) : 'no date a calendar has')
