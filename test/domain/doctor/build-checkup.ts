import type { Checkup, ClusterLooks, Patient, SeenObject, SeenPod } from '../../../lib/domain/doctor/checkup.ts'
import { RULES } from '../../../lib/domain/doctor/diagnose.ts'
import type { Found } from '../../../lib/domain/doctor/rule.ts'
import type { Budget } from '../../../lib/domain/drain/budget.ts'
import { instant } from '../../../lib/domain/time.ts'
import { environmentWith } from '../build-environment.ts'
import { workloadWith } from '../build-workload.ts'

export const NOW = instant('2026-11-23T12:00:00Z')

/** Nothing anywhere, and nothing that could not be seen. */
const NOTHING: ClusterLooks = {
  rights: { seen: { of: 'catnap', missing: [] } }, objects: { seen: [] }, pods: { seen: [] }, jobs: { seen: [] },
  symptoms: { seen: { pods: [], warnings: [] } }, budgets: { seen: [] }, webhooks: { seen: [] }, pullSecrets: { seen: [] }, gitOwners: { seen: [] },
}

/** The environment us-dev/shop in the namespace shop, with a host; nothing is wrong with it unless told otherwise. */
export const patientWith = (changes: Partial<Patient> = {}): Patient => ({
  environment: environmentWith({ terms: { ...environmentWith().terms, wake: { hosts: ['shop.example.com'], by: 'click', stayAwakeSeconds: 7200 } } }),
  namespaces: ['shop'],
  originals: new Set(),
  ...changes,
})

/** A cluster with that patient and the namespaces shop and blog. */
export const checkupWith = ({ looks, ...changes }: Partial<Omit<Checkup, 'looks'>> & { readonly looks?: Partial<ClusterLooks> } = {}): Checkup => ({
  now: NOW,
  fleet: { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] },
  cluster: { name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false },
  pools: [],
  patients: [patientWith()],
  frontParts: { hasBalancer: true, hasWakeTargetGroup: true, hasWakeAddress: true },
  asker: { user: 'ana', groups: ['system:masters'], at: NOW },
  namespaces: { seen: [{ name: 'shop', labels: {}, terminating: false }, { name: 'blog', labels: { team: 'b' }, terminating: false }] },
  looks: { ...NOTHING, ...looks },
  ...changes,
})

export const objectWith = (changes: Partial<SeenObject> = {}): SeenObject => ({
  kind: 'Deployment', namespace: 'shop', name: 'web', labels: {}, annotations: {}, workload: workloadWith({ name: changes.name ?? 'web' }),
  template: { images: ['nginx:1'], pullSecrets: [], scratchVolumes: [] },
  ...changes,
})

export const podWith = (changes: Partial<SeenPod> = {}): SeenPod => ({
  namespace: 'shop', name: 'web-5d9f-a', labels: { 'pod-template-hash': '5d9f', app: 'web' }, phase: 'Running', mirror: false, terminating: false,
  owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d9f' }, images: ['nginx:1'], pullSecrets: [], scratchVolumes: [],
  ...changes,
})

export const budgetWith = (changes: Partial<Budget> = {}): Budget => ({
  namespace: 'shop', name: 'web', selector: [{ key: 'app', operator: 'In', values: ['web'] }], minAvailable: undefined, maxUnavailable: 1,
  letsUnreadyGo: false, generation: 1, observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2,
  ...changes,
})

/** What one rule finds. */
export const findingsOf = (rule: string, checkup: Checkup): readonly Found[] => {
  const find = RULES[rule]
  if (find === undefined) throw new RangeError(`there is no rule ${rule}`)
  return find(checkup)
}
