import { type FrontOriginal, frontOf, type FrontPlan, type IngressOriginal, type RuleOriginal } from '../domain/front/front.ts'
import { ingressLead, planServices, planServicesGone, readWakeAddress, sayServiceStep, type ServiceStep } from '../domain/front/ingress.ts'
import { type Ingress, ingressKey, type IngressStep, sayIngressStep } from '../domain/front/ingress-object.ts'
import { lbcLead } from '../domain/front/lbc.ts'
import { type IngressLead, ingressesOf, type IngressWish, planIngressesBack, planIngressesToWake } from '../domain/front/lead-ingresses.ts'
import { planRules, planRulesBack, planRulesToWake, ruleKey, type RuleStep, type RuleWish, sayRuleStep } from '../domain/front/listener-rule.ts'
import type { Balancer, ClusterAccess } from '../ports.ts'
import { type FrontChange, leadHosts } from './lead-hosts.ts'
import type { Slice } from './world.ts'

/**
 * Sees to it that the hosts of an environment can be led to the wake function, and leads them nowhere yet. Throws an Error
 * that says what is in the way and what to do. Answers false when the mind was changed meanwhile.
 */
export const readyFront = (slice: Slice, access: ClusterAccess, namespaces: readonly string[]): Promise<boolean> => approach(slice, access, namespaces, 'ready')

/** Leads the hosts of an environment to the wake function, and reads back that they do: nothing may sleep before. Answers and throws as `readyFront` does. */
export const leadToWake = (slice: Slice, access: ClusterAccess, namespaces: readonly string[]): Promise<boolean> => approach(slice, access, namespaces, 'led')

/** How far the hosts are to come: `ready` to be led, or `led` to the wake function. */
type Aim = 'ready' | 'led'

const approach = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], aim: Aim): Promise<boolean> => {
  const { terms: { wake } } = slice.environment
  const front = frontOf(wake)
  if (front === 'link' || wake.hosts.length === 0) return true
  const standing = await leadHosts(slice, front === 'alb' ? rulesToWake(slice, access, namespaces, aim) : ingressesToWake(slice, access, namespaces, aim))
  if (standing.is === 'in-the-way') throw new Error(`its hosts do not lead to the wake page, so nothing of it sleeps: ${standing.text}`)
  return standing.is === 'there'
}

/**
 * Leads the hosts back to the environment, by what is on the front itself and in the table, whatever the intent says of the
 * front by now. Answers what is in the way, in words: a wake never fails of it. `waits`: until a target is healthy.
 */
export const leadBack = async (slice: Slice, access: ClusterAccess, namespaces: readonly string[], waits: boolean): Promise<string | undefined> => {
  const { world: { memory }, environment: { id, terms: { wake } } } = slice
  const originals = await memory.frontOriginals(id)
  const kept = (kind: 'Rule' | 'Ingress'): boolean => [...originals.keys()].some((key) => key.startsWith(`${kind}/`))
  const front = frontOf(wake)
  const looks = [
    ...(front === 'alb' || kept('Rule') ? [rulesBack(slice, access, namespaces, originals, waits)] : []),
    ...(front === 'lbc' || front === 'ingress' || kept('Ingress') ? [ingressesBack(slice, access, namespaces, originals)] : []),
  ]
  try {
    for (const look of looks) {
      const standing = await leadHosts(slice, look)
      if (standing.is !== 'there') return standing.text
    }
  } catch (error) {
    return `its hosts still lead to the wake page: ${error instanceof Error ? error.message : String(error)}`
  }
  if (originals.size > 0) await memory.dropFrontOriginals(id)
  return undefined
}

type Look = () => Promise<FrontPlan<FrontChange>>

const NO_BALANCER = 'this spoke has no balancer of Catnap: found no listener, expected one; deploy it (docs/fronts.md), or say front: link'

const rulesToWake = (slice: Slice, { fronts: { balancer }, containers }: ClusterAccess, namespaces: readonly string[], aim: Aim): Look => async () => {
  if (balancer === undefined) return { problem: NO_BALANCER }
  const [rules, targetGroups] = await Promise.all([balancer.rules(), containers.targetGroups(namespaces)])
  const wish = ruleWish(slice, balancer, targetGroups)
  const ready = planRules(rules, wish)
  const plan = aim === 'ready' || 'problem' in ready || ready.steps.length > 0 ? ready : { steps: planRulesToWake(rules, wish) }
  return mapPlan(plan, (step) => ruleChange(balancer, step))
}

const rulesBack = (slice: Slice, { fronts: { balancer }, containers }: ClusterAccess, namespaces: readonly string[], originals: ReadonlyMap<string, FrontOriginal>, waits: boolean): Look => async () => {
  if (balancer === undefined) return { problem: NO_BALANCER }
  const [rules, targetGroups] = await Promise.all([balancer.rules(), containers.targetGroups(namespaces)])
  const plan = planRulesBack(rules, new Map([...originals].flatMap(([key, original]) => (isRule(original) ? [[key, original]] : []))), ruleWish(slice, balancer, targetGroups))
  const groups = 'steps' in plan ? [...new Set(plan.steps.flatMap((step) => (step.do === 'point-rule' ? [step.to] : [])))] : []
  if (waits && groups.length > 0) {
    const { healthy, registered } = await balancer.health(groups)
    if (healthy === 0) return { problem: `0 of ${registered} targets are healthy behind the balancer yet` }
  }
  return mapPlan(plan, (step) => ruleChange(balancer, step))
}

const ruleWish = ({ environment: { id, terms: { wake } } }: Slice, place: Balancer, targetGroups: ReadonlyMap<string, readonly string[]>): RuleWish => ({
  environment: id,
  hosts: wake.hosts,
  place,
  targetGroups: [...targetGroups.values()].flat(),
  ...(wake.targetGroup === undefined ? {} : { targetGroup: wake.targetGroup }),
})

/** On its way back a rule has its original in both places already. */
const ruleChange = (balancer: Balancer, step: RuleStep): FrontChange => ({
  text: sayRuleStep(step),
  make: () => balancer.change(step),
  ...('original' in step && !(step.do === 'point-rule' && step.from === balancer.wakeTargetGroup) ? { keeps: [ruleKey(step.rule.arn), step.original] } : {}),
})

const ingressesToWake = (slice: Slice, access: ClusterAccess, namespaces: readonly string[], aim: Aim): Look => async () => {
  const { fronts: { ingresses: port, wakeUrl = '', wakeTargetGroup: spokes } } = access
  const { id, terms: { wake } } = slice.environment
  const ingresses = await port.list(namespaces)
  const wish = ingressWish(slice)
  if (frontOf(wake) === 'lbc') {
    const wakeTargetGroup = wake.wakeTargetGroup ?? spokes
    if (wakeTargetGroup === undefined) return { problem: 'no target group leads to the wake function: found none in this spoke, expected one; name it as wakeTargetGroup (docs/fronts.md), or say front: link' }
    return upTo(aim, ingressPlan(access, ingresses, lbcLead(wakeTargetGroup), wish))
  }
  const wakeAddress = readWakeAddress(wakeUrl)
  if (wakeAddress === undefined) {
    return { problem: `the workers know no address for Ingresses to lead to: found CATNAP_WAKE_URL "${wakeUrl}", expected http://host or https://host without a path; give them one (docs/fronts.md), or say front: link` }
  }
  const lead = ingressLead(wakeAddress, wake.hosts)
  const plan = ingressPlan(access, ingresses, lead, wish)
  if ('problem' in plan || plan.steps.length === 0) return plan
  const services = planServices(ingressesOf(ingresses, wish).map(({ ingress }) => ingress), await port.services(namespaces), id, wakeAddress)
  // Their Ingresses are looked at again once the Services are there.
  return 'problem' in services || services.steps.length > 0 ? mapPlan(services, (step) => serviceChange(access, step)) : upTo(aim, plan)
}

/** A front that is only to be ready is not led, and what would be in the way is told. */
const upTo = (aim: Aim, plan: FrontPlan<FrontChange>): FrontPlan<FrontChange> => (aim === 'ready' && 'steps' in plan ? { steps: [] } : plan)

const ingressPlan = (access: ClusterAccess, ingresses: readonly Ingress[], lead: IngressLead, wish: IngressWish): FrontPlan<FrontChange> =>
  mapPlan(planIngressesToWake(ingresses, lead, wish), (step) => ({ ...ingressChange(access, step), keeps: [ingressKey(step.ingress), step.original] as const }))

const ingressesBack = (slice: Slice, access: ClusterAccess, namespaces: readonly string[], originals: ReadonlyMap<string, FrontOriginal>): Look => async () => {
  const { fronts: { ingresses: port } } = access
  const remembered = new Map([...originals].flatMap(([key, original]) => (isRule(original) ? [] : [[key, original]])))
  const plan = planIngressesBack(await port.list(namespaces), remembered, ingressWish(slice))
  if ('problem' in plan || plan.steps.length > 0) return mapPlan(plan, (step) => ingressChange(access, step))
  return { steps: planServicesGone(await port.services(namespaces), slice.environment.id).map((step) => serviceChange(access, step)) }
}

const ingressWish = ({ environment: { id, terms: { wake }, decision } }: Slice): IngressWish => ({
  environment: id,
  hosts: wake.hosts,
  why: decision?.reason ?? 'as its hours say',
  ...(wake.ingress === undefined ? {} : { ingress: wake.ingress }),
})

const ingressChange = ({ fronts: { ingresses } }: ClusterAccess, step: IngressStep): FrontChange => ({ text: sayIngressStep(step), make: () => ingresses.change(step) })

const serviceChange = ({ fronts: { ingresses } }: ClusterAccess, step: ServiceStep): FrontChange => ({ text: sayServiceStep(step), make: () => ingresses.changeService(step) })

const isRule = (original: RuleOriginal | IngressOriginal): original is RuleOriginal => 'targetGroup' in original

const mapPlan = <From, To>(plan: FrontPlan<From>, change: (step: From) => To): FrontPlan<To> =>
  ('problem' in plan ? plan : { steps: plan.steps.map(change) })
