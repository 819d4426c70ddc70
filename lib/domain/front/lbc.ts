import { isDeepEqual } from '../is-deep-equal.ts'
import type { Backend } from './front.ts'
import { WAKE_NAME } from './ingress-object.ts'
import type { IngressLead } from './lead-ingresses.ts'

/** A forward action takes so many target groups; one of them is the wake function's. */
const MOST_GROUPS = 5

/** The annotation that says what the action does. */
export const LBC_ACTION = `alb.ingress.kubernetes.io/actions.${WAKE_NAME}`

/**
 * Ingresses of the AWS Load Balancer Controller: an action of theirs forwards to the wake function's target group. The
 * Services stay in it with weight 0, so that the controller keeps their target groups and looks after their targets.
 */
export const lbcLead = (wakeTargetGroup: string): IngressLead => ({
  backend: { service: { name: WAKE_NAME, port: { name: 'use-annotation' } } },
  annotations: (before) => ({ [LBC_ACTION]: JSON.stringify(forward(wakeTargetGroup, before.map(({ backend }) => backend))) }),
  refuse: () => undefined,
})

const forward = (targetGroupARN: string, before: readonly Backend[]): object => ({
  type: 'forward',
  forwardConfig: { targetGroups: [{ targetGroupARN, weight: 1 }, ...distinct(before.flatMap(asGroup)).slice(0, MOST_GROUPS - 1)] },
})

/** What is an action itself, a redirect say, has no target group to keep. */
const asGroup = ({ service }: Backend): readonly object[] => {
  const servicePort = service?.port?.name ?? service?.port?.number
  return service === undefined || servicePort === undefined || servicePort === 'use-annotation' ? [] : [{ serviceName: service.name, servicePort, weight: 0 }]
}

const distinct = (values: readonly object[]): readonly object[] =>
  values.filter((value, index) => values.findIndex((other) => isDeepEqual(other, value)) === index)
