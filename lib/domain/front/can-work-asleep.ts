import { frontOf } from './front.ts'
import type { Terms } from '../environment.ts'

/** What decides whether a front works while a cluster has no node. */
export interface FrontFacts {
  /** Whether the spoke of the cluster has a balancer of ours. */
  readonly hasBalancer: boolean
  /** Whether the wake function is behind a target group that `lbc` may name: the spoke's, or one of the intent. */
  readonly hasWakeTargetGroup: boolean
  /** Whether the workers know an address for `ingress` to lead to. */
  readonly hasWakeAddress: boolean
  /** Whether the cluster may sleep to no node at all. */
  readonly whole: boolean
}

/** Whether hosts are answered while an environment sleeps, with no node left too, and why (docs/fronts.md). */
export const frontAtZero = ({ wake }: Pick<Terms, 'wake'>, facts: FrontFacts): { readonly works: boolean; readonly why: string } => {
  const front = frontOf(wake)
  switch (front) {
    case 'alb':
      return facts.hasBalancer
        ? { works: true, why: 'the balancer and its rules are Catnap’s own and need nothing of the cluster' }
        : { works: false, why: 'the spoke has no balancer of Catnap: it is not put to sleep until there is one (docs/fronts.md), or the intent says front: link' }
    case 'lbc':
      return facts.hasWakeTargetGroup
        ? { works: true, why: 'the balancer keeps its rules when the AWS Load Balancer Controller is gone; they change back once it runs again' }
        : { works: false, why: 'no target group leads to the wake function: name one as wakeTargetGroup (docs/fronts.md), or say front: link' }
    case 'ingress':
      if (!facts.hasWakeAddress) return { works: false, why: 'the workers know no address to lead to: give them CATNAP_WAKE_URL (docs/fronts.md), or say front: link' }
      return facts.whole
        ? { works: false, why: 'whole: true takes the last node, and the ingress pods with it: nobody would answer. Say front: alb, lbc or link' }
        : { works: true, why: 'the ingress pods stay awake on the nodes the cluster keeps, as long as they are in no environment' }
    case 'link':
      return { works: true, why: 'only the wake address answers, and it needs nothing of the cluster; the hosts themselves do not answer' }
    default:
      return front satisfies never
  }
}
