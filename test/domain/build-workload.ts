import { instant } from '../../lib/domain/time.ts'
import type { Original, PodNeeds, Workload } from '../../lib/domain/workload.ts'

/** What one pod asks for: half a core and 256 MiB, unless told otherwise. */
export const podNeeds = (changes: Partial<PodNeeds> = {}): PodNeeds => ({
  requests: { cpuMilli: 500, memoryMiB: 256 },
  nodeSelector: {},
  tolerations: [],
  ...changes,
})

/** The Deployment shop/web with three replicas, all ready, unless told otherwise. */
export const workloadWith = (changes: Partial<Workload> = {}): Workload => ({
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  place: { group: 'apps', version: 'v1', plural: 'deployments', path: ['spec', 'replicas'] },
  role: 'workload',
  seen: { uid: 'uid-web', generation: 4, resourceVersion: '100', annotated: true, marks: [], depth: 2 },
  present: { replicas: 3 },
  ready: 3,
  running: 3,
  tracks: {},
  createdAt: instant('2026-11-01T00:00:00Z'),
  pod: podNeeds(),
  ...changes,
})

export const cronJobWith = (changes: Partial<Workload> = {}): Workload =>
  workloadWith({
    kind: 'CronJob', name: 'nightly', present: { suspend: false }, ready: 0, running: 0, role: 'schedule',
    place: { group: 'batch', version: 'v1', plural: 'cronjobs', path: ['spec', 'suspend'] },
    ...changes,
  })

/** The workload as Catnap left it: asleep, with its original on it. */
export const asleepWith = (original: Original, changes: Partial<Workload> = {}): Workload =>
  workloadWith({ present: 'replicas' in original ? { replicas: 0 } : { suspend: true }, mark: original, ready: 0, ...changes })
