import {
  type Action, AddTagsCommand, CreateRuleCommand, DescribeTargetHealthCommand, DescribeTagsCommand, ElasticLoadBalancingV2Client,
  ModifyRuleCommand, paginateDescribeRules, type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import pMap from 'p-map'
import { hasHost } from '../../domain/front/front.ts'
import type { BalancerPlace, ListenerRule, RuleStep } from '../../domain/front/listener-rule.ts'
import type { Balancer, Outcome } from '../../ports.ts'
import { sayRefusal } from '../aws/say-refusal.ts'

/** Tags of ours on a rule: which environment it is for, and the target group it led to before a sleep. */
const ENVIRONMENT_TAG = 'catnap.dev/environment'
const ORIGINAL_TAG = 'catnap.dev/original'

/** DescribeTags takes so many rules. */
const TAGS_AT_ONCE = 20

/** Listeners and target groups asked at once. */
const AT_ONCE = 4

/** The rules of the balancer of ours, over Elastic Load Balancing's API of a region. */
export const elbv2Balancer = (region: string, place: BalancerPlace): Balancer => {
  const client = new ElasticLoadBalancingV2Client({ region })
  return {
    ...place,
    rules: () => readRules(client, place.listeners),
    change: (step) => outcomeOf(step, () => change(client, step)),
    health: async (targetGroups) => {
      const groups = await pMap(targetGroups, (TargetGroupArn) => client.send(new DescribeTargetHealthCommand({ TargetGroupArn })), { concurrency: AT_ONCE })
      const targets = groups.flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
      return { healthy: targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length, registered: targets.length }
    },
  }
}

const readRules = async (client: ElasticLoadBalancingV2Client, listeners: readonly string[]): Promise<readonly ListenerRule[]> => {
  const perListener = await pMap(listeners, async (listener) => {
    const found: { readonly listener: string; readonly rule: Rule & { readonly RuleArn: string } }[] = []
    for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn: listener })) {
      found.push(...Rules.flatMap((rule) => (rule.RuleArn === undefined ? [] : [{ listener, rule: { ...rule, RuleArn: rule.RuleArn } }])))
    }
    return found
  }, { concurrency: AT_ONCE })
  const rules = perListener.flat()
  // Only rules for hosts can be ours: the default has none, and no tag worth asking for.
  const tags = await readTags(client, rules.flatMap(({ rule }) => (hostsOf(rule).length === 0 ? [] : [rule.RuleArn])))
  return rules.map(({ listener, rule }) => toRule(listener, rule, tags.get(rule.RuleArn)))
}

type Tags = ReadonlyMap<string, string>

const readTags = async (client: ElasticLoadBalancingV2Client, arns: readonly string[]): Promise<ReadonlyMap<string, Tags>> => {
  const found = new Map<string, Tags>()
  for (let from = 0; from < arns.length; from += TAGS_AT_ONCE) {
    const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: arns.slice(from, from + TAGS_AT_ONCE) }))
    for (const { ResourceArn = '', Tags = [] } of TagDescriptions) found.set(ResourceArn, new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])))
  }
  return found
}

const hostsOf = ({ Conditions = [] }: Rule): readonly string[] =>
  Conditions.flatMap(({ Field, HostHeaderConfig, Values }) => (Field === 'host-header' ? (HostHeaderConfig?.Values ?? Values ?? []) : []))

const toRule = (listener: string, rule: Rule & { readonly RuleArn: string }, tags: Tags = new Map()): ListenerRule => {
  const { RuleArn: arn, Priority, Actions = [] } = rule
  const leadsTo = leadsToOf(Actions)
  const environment = tags.get(ENVIRONMENT_TAG)
  const original = tags.get(ORIGINAL_TAG)
  return {
    arn, listener,
    hosts: hostsOf(rule),
    ...(Priority === undefined || Priority === 'default' ? {} : { priority: Number(Priority) }),
    ...(leadsTo === undefined ? {} : { leadsTo }),
    ...(environment === undefined ? {} : { environment }),
    ...(original === undefined ? {} : { original: { targetGroup: original } }),
  }
}

/** A group of weight 0 gets nothing. */
const leadsToOf = (actions: readonly Action[]): string | undefined => {
  const [action, ...others] = actions
  if (action?.Type !== 'forward' || others.length > 0) return undefined
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }]
  const [only, ...more] = groups.filter(({ Weight }) => Weight !== 0)
  return more.length === 0 ? only?.TargetGroupArn : undefined
}

/** One group comes alone, as the console writes it; beside another it has a weight. */
const forward = (to: string, beside?: string): Action[] => [
  beside === undefined
    ? { Type: 'forward', TargetGroupArn: to }
    : { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: to, Weight: 1 }, { TargetGroupArn: beside, Weight: 0 }] } },
]

const forHosts = (hosts: readonly string[]) => [{ Field: 'host-header', HostHeaderConfig: { Values: [...hosts] } }]

const change = async (client: ElasticLoadBalancingV2Client, step: RuleStep): Promise<void> => {
  switch (step.do) {
    case 'make-rule':
      return make(client, step)
    case 'narrow-rule':
      return void (await client.send(new ModifyRuleCommand({ RuleArn: step.rule.arn, Conditions: forHosts(step.hosts) })))
    case 'tag-rule':
      return void (await client.send(new AddTagsCommand({ ResourceArns: [step.rule.arn], Tags: [{ Key: ORIGINAL_TAG, Value: step.original.targetGroup }] })))
    case 'point-rule':
      return void (await client.send(new ModifyRuleCommand({ RuleArn: step.rule.arn, Actions: forward(step.to, step.beside) })))
    default:
      return step satisfies never
  }
}

/**
 * Before all others that is free: a rule for exact hosts goes before one with a wildcard, and the first rule that fits wins.
 * Of two workers that take the same priority one is refused, and looks again.
 */
const make = async (client: ElasticLoadBalancingV2Client, { environment, listener, hosts, to }: Extract<RuleStep, { do: 'make-rule' }>): Promise<void> => {
  const rules = await readRules(client, [listener])
  // Another worker, whose answer was lost or whose message came twice, has made it.
  if (rules.some((rule) => rule.environment === environment && rule.hosts.some((host) => hasHost(hosts, host)))) return
  const taken = new Set(rules.map(({ priority }) => priority))
  let Priority = 1
  while (taken.has(Priority)) Priority += 1
  await client.send(new CreateRuleCommand({
    ListenerArn: listener,
    Priority,
    Conditions: forHosts(hosts),
    Actions: forward(to),
    Tags: [{ Key: ENVIRONMENT_TAG, Value: environment }, { Key: ORIGINAL_TAG, Value: to }],
  }))
}

/** What another look may mend: a priority taken meanwhile, a rule or a group that is gone, a balancer that is busy. */
const LOOK_AGAIN = new Set(['PriorityInUseException', 'RuleNotFoundException', 'ResourceInUseException', 'ThrottlingException', 'Throttling'])

/** What to do about what is refused for good. */
const NEXT_STEP: Readonly<Record<string, string>> = {
  TargetGroupAssociationLimitException: 'a target group belongs to one balancer: make the environment a second one with a TargetGroupBinding, or say front: lbc',
  TargetGroupNotFoundException: 'the target group is gone: is its TargetGroupBinding, or the stack of this spoke, being made anew?',
  ListenerNotFoundException: 'the listener is gone: deploy the stack of this spoke again',
  TooManyRulesException: 'a listener takes 100 rules unless AWS raised it: ask for more under Service Quotas',
}

const outcomeOf = async (step: RuleStep, send: () => Promise<void>): Promise<Outcome> => {
  try {
    await send()
    return { done: true }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const action = { 'make-rule': 'CreateRule', 'narrow-rule': 'ModifyRule', 'tag-rule': 'AddTags', 'point-rule': 'ModifyRule' }[step.do]
    const said = sayRefusal(error, `elasticloadbalancing:${action}`)
    if (LOOK_AGAIN.has(error.name)) return { done: false, because: 'changed', text: said }
    const next = NEXT_STEP[error.name]
    if (next !== undefined) return { done: false, because: 'refused', text: `${said}; ${next}` }
    throw new Error(said, { cause: error })
  }
}
