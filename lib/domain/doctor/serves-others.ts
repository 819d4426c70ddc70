import { frontOf } from '../front/front.ts'
import { type Checkup, patientOf, seen, type SeenObject } from './checkup.ts'
import type { Severity } from './finding.ts'
import type { Found, Rule } from './rule.ts'

/** What a system workload is to others, by its `app.kubernetes.io/name` or its own name. */
interface Service {
  readonly names: readonly string[]
  readonly means: string
  readonly severity: Severity
}

const SERVICES: readonly Service[] = [
  { names: ['ingress-nginx', 'traefik', 'haproxy-ingress', 'kubernetes-ingress', 'kong', 'contour', 'emissary-ingress'], severity: 'hinders', means: 'while it sleeps no host of any environment behind it is answered, the wake address among them where the front is ingress' },
  { names: ['aws-load-balancer-controller'], severity: 'hinders', means: 'while it sleeps no rule of its balancers changes and no pod is registered: a wake of anything behind them does not become ready' },
  { names: ['karpenter', 'cluster-autoscaler', 'aws-cluster-autoscaler'], severity: 'hinders', means: 'while it sleeps nobody gets a node: a wake of anything that needs one waits for it for ever' },
  { names: ['coredns', 'kube-dns'], severity: 'hinders', means: 'while it sleeps no pod of the cluster finds another by name' },
  { names: ['keda-operator', 'keda'], severity: 'weakens', means: 'while it sleeps KEDA scales nothing anywhere' },
  { names: ['cert-manager', 'external-secrets', 'sealed-secrets', 'external-dns', 'vault'], severity: 'weakens', means: 'while it sleeps certificates, secrets or names of others are not renewed' },
  { names: ['argocd-application-controller', 'argo-cd', 'kustomize-controller', 'helm-controller', 'source-controller'], severity: 'weakens', means: 'while it sleeps nothing is delivered to any namespace' },
]

const LABEL = 'app.kubernetes.io/name'

/** Workloads of an environment that others need: an environment must not put to sleep what serves the rest of the cluster. */
export const servesOthers: Rule = (checkup) =>
  seen(checkup.looks.objects).flatMap((object) => {
    const patient = patientOf(checkup, object.namespace)
    const service = SERVICES.find(({ names }) => names.includes(object.labels[LABEL] ?? '') || names.includes(object.name))
    return patient === undefined || service === undefined ? [] : [findingOf(checkup, patient.environment.id, object, service)]
  })

const findingOf = ({ patients }: Checkup, environment: string, { kind, namespace, name }: SeenObject, { means, severity }: Service): Found => {
  const fronts = patients.filter(({ environment: { terms } }) => frontOf(terms.wake) === 'ingress').map(({ environment: { id } }) => id)
  return {
    severity,
    environment,
    subject: `${kind} ${namespace}/${name}`,
    found: `it serves the whole cluster, and namespace ${namespace} sleeps with this environment`,
    means: `${means}${fronts.length === 0 ? '' : `; with front ingress: ${fronts.join(', ')}`}`,
    advice: 'take its namespace out of the environment, and protect it so that no other takes it',
    remedy: `protect: [${namespace}]`,
  }
}
