import type { Environment, Terms } from '../../lib/domain/environment.ts'
import { instant, later } from '../../lib/domain/time.ts'

export const NOW = instant('2026-11-22T08:00:00Z')

export const wakeTerms = (changes: Partial<Terms['wake']> = {}): Terms => ({
  namespaces: ['checkout'],
  hours: 'Mon-Fri 08:00-19:00',
  timezone: 'Europe/Paris',
  wake: { hosts: ['checkout.example.com'], by: 'click', stayAwakeSeconds: 7200, ...changes },
})

/** An environment that has slept for an hour. */
export const environment = (changes: Partial<Environment> = {}): Environment => ({
  id: 'us-dev/checkout',
  cluster: 'us-dev',
  clusterArn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev',
  name: 'checkout',
  terms: wakeTerms(),
  phase: 'asleep',
  since: later(NOW, -3600),
  epoch: 7,
  decision: { desired: 'asleep', rule: 'hours', reason: 'shut since Fri 19:00 Europe/Paris' },
  wakeSeconds: [],
  ...changes,
})
