import { AwsError } from './aws-error.ts'
import type { Balancers, RuleConfig, Share, SimulatedRule } from './balancers.ts'
import { Form } from './form.ts'
import { page } from './page.ts'
import type { Service } from './service.ts'
import type { TargetGroups } from './target-groups.ts'
import { queryAnswer, queryRefusal } from './wire.ts'
import type { Xml } from './xml.ts'

const namespace = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'

const MOST_RULES_A_PAGE = 400
const MOST_RESOURCES = 20

type Handler = (form: Form, region: string) => Xml | void

/** Elastic Load Balancing v2 (awsQuery, 2015-12-01): the rules of the balancers infra/ deploys. */
export const elbv2Service = (balancers: Balancers, targetGroups: TargetGroups): Service => {
  const handlers: Readonly<Record<string, Handler>> = {
    DescribeRules: (form, region) => {
      const listener = form.text('ListenerArn')
      const all = listener === undefined ? form.list('RuleArns.member').map((arn) => balancers.rule(arn)) : balancers.rulesOf(balancers.listener(listener, region).arn)
      const limit = Math.min(form.integer('PageSize') ?? MOST_RULES_A_PAGE, MOST_RULES_A_PAGE)
      const { items, nextToken } = page(all, { limit, token: form.text('Marker'), code: 'ValidationError' })
      return { Rules: items.map(describedRule), NextMarker: nextToken }
    },
    DescribeTags: (form) => {
      const arns = form.list('ResourceArns.member')
      if (arns.length > MOST_RESOURCES) throw new AwsError(400, 'ValidationError', `Cannot describe tags of more than ${MOST_RESOURCES} resources: found ${arns.length}`)
      return { TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: [...balancers.rule(arn).tags].map(([Key, Value]) => ({ Key, Value })) })) }
    },
    CreateRule: (form, region) => {
      const listener = balancers.listener(form.text('ListenerArn') ?? '', region)
      const rule = balancers.create(listener, form.integer('Priority') ?? 0, { hosts: hostsIn(form), forward: forwardIn(form) }, tagsIn(form))
      return { Rules: [describedRule(rule)] }
    },
    ModifyRule: (form) => {
      const change: Partial<RuleConfig> = {
        ...(form.structures('Conditions.member').length > 0 ? { hosts: hostsIn(form) } : {}),
        ...(form.structures('Actions.member').length > 0 ? { forward: forwardIn(form) } : {}),
      }
      return { Rules: [describedRule(balancers.modify(form.text('RuleArn') ?? '', change))] }
    },
    AddTags: (form) => {
      for (const arn of form.list('ResourceArns.member')) balancers.tag(arn, tagsIn(form))
    },
    DescribeTargetHealth: (form, region) => {
      const arn = form.text('TargetGroupArn') ?? ''
      const group = targetGroups.all.find((each) => each.targetGroupArn === arn && each.region === region)
      if (group === undefined) throw new AwsError(400, 'TargetGroupNotFound', `Target groups '${arn}' not found`)
      const { registered, healthy } = targetGroups.present(group)
      const state = (index: number): Xml => {
        if (!balancers.isUsed(arn)) return { State: 'unused', Reason: 'Target.NotInUse' }
        return index < healthy ? { State: 'healthy' } : { State: 'initial', Reason: 'Elb.InitialHealthChecking' }
      }
      return { TargetHealthDescriptions: Array.from({ length: registered }, (_, index) => ({ Target: { Id: `10.0.0.${index + 1}`, Port: 80 }, TargetHealth: state(index) })) }
    },
  }
  return {
    action: ({ body }) => {
      const action = Form.parse(body).text('Action') ?? ''
      return Object.hasOwn(handlers, action) ? action : undefined
    },
    handle: (action, { body, region, requestId }) => queryAnswer(namespace, action, handlers[action]?.(Form.parse(body), region) ?? undefined, requestId),
    refuse: (error, requestId) => queryRefusal(namespace, error, requestId),
  }
}

const describedRule = ({ arn, priority, hosts, forward }: SimulatedRule): Xml => ({
  RuleArn: arn,
  Priority: priority === undefined ? 'default' : `${priority}`,
  Conditions: hosts.length === 0 ? [] : [{ Field: 'host-header', Values: hosts, HostHeaderConfig: { Values: hosts } }],
  Actions: [{
    Type: 'forward',
    TargetGroupArn: forward.length === 1 ? forward[0]?.targetGroupArn : undefined,
    ForwardConfig: {
      TargetGroups: forward.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight })),
      TargetGroupStickinessConfig: { Enabled: false },
    },
  }],
  IsDefault: priority === undefined,
})

const hostsIn = (form: Form): readonly string[] =>
  form.structures('Conditions.member').flatMap((condition) => {
    const field = condition.text('Field')
    if (field !== 'host-header') throw new AwsError(400, 'ValidationError', `the simulated balancer knows no condition but host-header: found ${field}`)
    return [...condition.list('HostHeaderConfig.Values.member'), ...condition.list('Values.member')]
  })

const forwardIn = (form: Form): readonly Share[] =>
  form.structures('Actions.member').flatMap((action): readonly Share[] => {
    const type = action.text('Type')
    if (type !== 'forward') throw new AwsError(400, 'ValidationError', `the simulated balancer knows no action but forward: found ${type}`)
    const alone = action.text('TargetGroupArn')
    const several = action.structures('ForwardConfig.TargetGroups.member')
    if (several.length === 0) return alone === undefined ? [] : [{ targetGroupArn: alone, weight: 1 }]
    return several.map((group) => ({ targetGroupArn: group.text('TargetGroupArn') ?? '', weight: group.integer('Weight') ?? 1 }))
  })

const tagsIn = (form: Form): ReadonlyMap<string, string> =>
  new Map(form.structures('Tags.member').map((tag) => [tag.text('Key') ?? '', tag.text('Value') ?? '']))
