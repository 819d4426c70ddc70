import { sayDuration } from '../duration.ts'
import { secondsBetween } from '../time.ts'
import { patientOf, seen } from './checkup.ts'
import type { Rule } from './rule.ts'

/** A Job that runs so long and has no deadline may run for ever. */
const LONG_SECONDS = 6 * 3600

/** Jobs that run: a sleep lets them finish, and one cut off begins anew or is lost. */
export const runningJob: Rule = (checkup) =>
  seen(checkup.looks.jobs).flatMap(({ namespace, name, startedAt, deadlineSeconds }) => {
    const patient = patientOf(checkup, namespace)
    if (patient === undefined) return []
    const ranSeconds = secondsBetween(startedAt, checkup.now)
    const isEndless = deadlineSeconds === undefined && ranSeconds > LONG_SECONDS
    return [{
      severity: isEndless ? 'weakens' as const : 'note' as const,
      environment: patient.environment.id,
      subject: `Job ${namespace}/${name}`,
      found: `it has run for ${sayDuration(ranSeconds)}, ${deadlineSeconds === undefined ? 'without a deadline' : `at most ${sayDuration(deadlineSeconds)}`}`,
      means: 'a sleep waits for it as long as the intent says; its node stays until it has ended',
      advice: isEndless ? 'give it a deadline, or delete it if it hangs' : 'nothing, if it ends by itself',
      ...(isEndless ? { remedy: `kubectl -n ${namespace} patch job ${name} --type=merge -p '{"spec":{"activeDeadlineSeconds":${Math.ceil(ranSeconds) + 3600}}}'` } : {}),
    }]
  })
