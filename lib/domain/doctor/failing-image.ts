import type { Symptoms } from '../symptoms.ts'
import { type Checkup, type Patient, patientOf } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

const PULL_FAILURES: ReadonlySet<string> = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'])

/** Images that cannot be pulled now: after a sleep every pod has to pull anew, on a node that has none of them. */
export const failingImage: Rule = (checkup) => {
  const { symptoms } = checkup.looks
  if (!('seen' in symptoms)) return []
  return [...failingPods(checkup, symptoms.seen), ...missingSecrets(checkup, symptoms.seen)]
}

const failingPods = (checkup: Checkup, { pods }: Symptoms): readonly Found[] =>
  pods.flatMap(({ namespace, name, containers }) => {
    const patient = patientOf(checkup, namespace)
    const failing = containers.find(({ waiting }) => waiting !== undefined && PULL_FAILURES.has(waiting.reason))
    if (patient === undefined || failing?.waiting === undefined) return []
    const { reason, message } = failing.waiting
    return [{
      ...headOf(patient),
      subject: `Pod ${namespace}/${name}`,
      found: `container ${failing.name} waits with ${reason}${message === '' ? '' : `: ${message}`}`,
      means: 'it is not ready now, and will not be after a wake either; other pods of this image run only where a node still has it',
      advice: 'see what the registry says; a pull secret that has expired is renewed in the namespace itself',
      remedy: `kubectl -n ${namespace} describe pod ${name}`,
    }]
  })

/** The kubelet says so by an event, which tells it without a right to read Secrets. */
const missingSecrets = (checkup: Checkup, { warnings }: Symptoms): readonly Found[] => {
  const told = warnings.filter(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')
  const newest = new Map(told.map((warning) => [`${warning.namespace} ${warning.message}`, warning]))
  return [...newest.values()].flatMap(({ namespace, about, message }) => {
    const patient = patientOf(checkup, namespace)
    if (patient === undefined) return []
    return [{
      ...headOf(patient),
      subject: `${about.kind} ${namespace}/${about.name}`,
      found: `its node found no pull secret: ${message}`,
      means: 'images of a private registry come only from nodes that already have them; a wake brings new nodes',
      advice: 'make the secret the event names, or take its name out of imagePullSecrets',
      remedy: `kubectl -n ${namespace} get pod ${about.name} -o jsonpath='{.spec.imagePullSecrets}'`,
    }]
  })
}

const headOf = ({ environment }: Patient) => ({ severity: 'hinders', environment: environment.id }) as const
