import { outlookOf } from '../domain/outlook.ts'
import { sayRest } from '../domain/say-rest.ts'
import type { ClusterAccess } from '../ports.ts'
import type { Slice } from './world.ts'

/** Tells in the namespaces themselves that their environment sleeps or is awake, why, and what comes next. */
export const announceRest = async ({ world: { clock }, fleet, cluster, environment }: Slice, access: ClusterAccess, namespaces: readonly string[], phase: 'asleep' | 'awake'): Promise<void> => {
  const now = clock.now()
  const at = { ...environment, phase }
  const { decision, next } = outlookOf(fleet, cluster, at, now)
  await access.workloads.announce(namespaces, {
    key: `${environment.name}.${environment.epoch}.${phase}`,
    at: now,
    reason: phase === 'asleep' ? 'Asleep' : 'Awake',
    text: sayRest(at, decision, next),
  })
}
