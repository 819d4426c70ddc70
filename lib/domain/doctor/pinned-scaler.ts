import { patientOf, seen } from './checkup.ts'
import type { Rule } from './rule.ts'

const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas'

/** KEDA objects that their owner holds at a number of replicas: KEDA puts that number back, and the pause is not ours to lift. */
export const pinnedScaler: Rule = (checkup) =>
  seen(checkup.looks.objects).flatMap(({ kind, namespace, name, annotations }) => {
    const patient = patientOf(checkup, namespace)
    const pinned = kind === 'ScaledObject' ? annotations[PAUSED_REPLICAS] : undefined
    if (patient === undefined || pinned === undefined || pinned === '0') return []
    return [{
      severity: 'hinders' as const,
      environment: patient.environment.id,
      subject: `ScaledObject ${namespace}/${name}`,
      found: `somebody holds it at ${pinned} replicas (${PAUSED_REPLICAS})`,
      means: 'KEDA brings its target back to that number whenever Catnap takes it to zero; Catnap leaves other people\'s pauses alone',
      advice: 'take the pause away, or pause it without a number: autoscaling.keda.sh/paused',
      remedy: `kubectl -n ${namespace} annotate scaledobject ${name} ${PAUSED_REPLICAS}-`,
    }]
  })
