import type { Environment, Terms } from '../../lib/domain/environment.ts'
import { instant } from '../../lib/domain/time.ts'

export const termsWith = (changes: Partial<Terms> = {}): Terms => ({
  namespaces: ['shop'],
  hours: 'Mon-Fri 08:00-19:00',
  timezone: 'UTC',
  wake: { hosts: [], by: 'click', stayAwakeSeconds: 7200 },
  ...changes,
})

/** The environment us-dev/shop, awake, unless told otherwise. */
export const environmentWith = (changes: Partial<Environment> = {}): Environment => ({
  id: 'us-dev/shop',
  cluster: 'us-dev',
  clusterArn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev',
  name: 'shop',
  terms: termsWith(),
  phase: 'awake',
  since: instant('2026-11-23T08:00:00Z'),
  epoch: 0,
  wakeSeconds: [],
  ...changes,
})
