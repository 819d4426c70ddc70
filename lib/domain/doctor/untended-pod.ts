import { KINDS } from '../kinds/kinds.ts'
import { type Patient, patientOf, seen, type SeenPod } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** Labels that a Deployment, or a Rollout, puts on the pods of its ReplicaSets. */
const TEMPLATE_HASHES = ['pod-template-hash', 'rollouts-pod-template-hash']

/** What makes pods and is put to sleep, or ends by itself, or leaves with the node. */
const TENDED: ReadonlySet<string> = new Set(['Job', 'DaemonSet', 'Node', ...KINDS.filter(({ role }) => role === 'workload').map(({ kind }) => kind)])

/** Pods that nobody scales: they run on while their environment sleeps, and gone they stay gone or come back by others. */
export const untendedPod: Rule = (checkup) => {
  const left = seen(checkup.looks.pods).flatMap((pod) => {
    const patient = patientOf(checkup, pod.namespace)
    const isOver = pod.mirror || pod.terminating || pod.phase === 'Succeeded' || pod.phase === 'Failed'
    return patient === undefined || isOver || isTended(pod) ? [] : [{ pod, patient }]
  })
  const byOwner = Map.groupBy(left, ({ pod: { namespace, name, owner } }) => `${namespace}/${owner === undefined ? `Pod/${name}` : `${owner.kind}/${owner.name}`}`)
  return [...byOwner.values()].flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [findingOf(first.patient, first.pod, all.length)]
  })
}

const isTended = ({ owner, labels }: SeenPod): boolean => {
  if (owner === undefined) return false
  return TENDED.has(owner.kind) || (owner.kind === 'ReplicaSet' && TEMPLATE_HASHES.some((label) => labels[label] !== undefined))
}

const findingOf = ({ environment }: Patient, { namespace, name, owner }: SeenPod, count: number): Found => {
  const base = { severity: 'weakens', environment: environment.id } as const
  if (owner === undefined) {
    return {
      ...base,
      subject: `Pod ${namespace}/${name}`,
      found: 'nothing owns it',
      means: 'Catnap leaves it alone, for nobody would bring it back: it runs on, and its node stays on the bill',
      advice: 'make a Deployment of it, or delete it if it is left over',
      remedy: `kubectl -n ${namespace} delete pod ${name}`,
    }
  }
  const what = `${owner.kind} ${namespace}/${owner.name}`
  return {
    ...base,
    subject: what,
    found: `${count === 1 ? `pod ${name} belongs` : `${count} pods, ${name} among them, belong`} to it, and Catnap does not scale ${owner.kind}s${owner.kind === 'ReplicaSet' ? ' that no Deployment owns' : ''}`,
    means: 'they run on while the environment sleeps, and their nodes stay on the bill',
    advice: owner.kind === 'ReplicaSet' ? 'make a Deployment of it' : `scale it to zero yourself, or, where its CRD has a scale subresource, name the CRD in the intent under sleep.kinds`,
    remedy: `kubectl -n ${namespace} get ${owner.kind.toLowerCase()} ${owner.name} -o yaml`,
  }
}
