import { iso } from '../../domain/time.ts'
import { ASKED, type AutoScalingGroup, type Member } from './auto-scaling-group.ts'
import { AwsError } from './aws-error.ts'
import type { Fleet } from './fleet.ts'
import { Form } from './form.ts'
import { sayFailedLaunch } from './launch-refusal.ts'
import { page } from './page.ts'
import { refuseBadTags } from './resource-tags.ts'
import type { FailedLaunch, ScalingActivity } from './scaling-activity.ts'
import type { Service } from './service.ts'
import { queryAnswer, queryRefusal } from './wire.ts'
import type { Xml } from './xml.ts'

const namespace = 'http://autoscaling.amazonaws.com/doc/2011-01-01/'

/** What a handler returns is the action's result; several actions have none. */
type Handler = (form: Form, region: string) => Xml | void

/** Amazon EC2 Auto Scaling (awsQuery, 2011-01-01). */
export const autoScalingService = (fleet: Fleet): Service => {
  const named = (form: Form, region: string): AutoScalingGroup =>
    groupOf(fleet, form.text('AutoScalingGroupName') ?? '', region)
  const handlers: Readonly<Record<string, Handler>> = {
    DescribeAutoScalingGroups: (form, region) => describeGroups(fleet, form, region),
    DescribeScalingActivities: (form, region) => describeActivities(named(form, region), form),
    SuspendProcesses: (form, region) => named(form, region).suspend(form.list('ScalingProcesses.member')),
    ResumeProcesses: (form, region) => named(form, region).resume(form.list('ScalingProcesses.member')),
    UpdateAutoScalingGroup: (form, region) => updateGroup(named(form, region), form),
    SetDesiredCapacity: (form, region) => named(form, region).setDesiredCapacity(form.integer('DesiredCapacity') ?? Number.NaN),
    TerminateInstanceInAutoScalingGroup: (form, region) => terminate(fleet, form, region),
    CreateOrUpdateTags: (form, region) => {
      for (const [group, tag] of taggedGroups(fleet, form, region)) {
        const key = tag.text('Key') ?? ''
        const value = tag.text('Value') ?? ''
        refuseBadTags(new Map([[key, value]]), 'ValidationError')
        group.tags.set(key, { value, propagateAtLaunch: tag.flag('PropagateAtLaunch') ?? false })
      }
    },
    DeleteTags: (form, region) => {
      for (const [group, tag] of taggedGroups(fleet, form, region)) group.tags.delete(tag.text('Key') ?? '')
    },
  }
  return {
    action: ({ body }) => {
      const action = Form.parse(body).text('Action') ?? ''
      return Object.hasOwn(handlers, action) ? action : undefined
    },
    handle: (action, { body, region, requestId }) =>
      queryAnswer(namespace, action, handlers[action]?.(Form.parse(body), region) ?? undefined, requestId),
    refuse: (error, requestId) => queryRefusal(namespace, error, requestId),
  }
}

const invalid = (message: string): AwsError => new AwsError(400, 'ValidationError', message)

const groupOf = (fleet: Fleet, name: string, region: string): AutoScalingGroup => {
  const group = fleet.group(name)
  if (group === undefined || group.region !== region) {
    throw invalid(`AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`)
  }
  return group
}

const describeGroups = (fleet: Fleet, form: Form, region: string): Xml => {
  const names = form.list('AutoScalingGroupNames.member')
  const filters = form.structures('Filters.member')
  const found = fleet.groups
    .filter((group) => group.region === region && (names.length === 0 || names.includes(group.name)))
    .filter((group) => filters.every((filter) => matchesTags(group, filter)))
  const limit = Math.min(form.integer('MaxRecords') ?? 50, 100)
  const { items, nextToken } = page(found, { limit, token: form.text('NextToken'), code: 'InvalidNextToken' })
  return { AutoScalingGroups: items.map(describedGroup), NextToken: nextToken }
}

const matchesTags = (group: AutoScalingGroup, filter: Form): boolean => {
  const name = filter.text('Name') ?? ''
  const values = filter.list('Values.member')
  if (name === 'tag-key') return values.some((key) => group.tags.has(key))
  if (name === 'tag-value') return [...group.tags.values()].some(({ value }) => values.includes(value))
  if (name.startsWith('tag:')) return values.includes(group.tags.get(name.slice(4))?.value ?? '')
  throw invalid(`Filter '${name}' is not valid. Valid filters are tag-key, tag-value and tag:<key>`)
}

const describedGroup = (group: AutoScalingGroup): Xml => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.capacity.minSize,
  MaxSize: group.capacity.maxSize,
  DesiredCapacity: group.capacity.desiredSize,
  DefaultCooldown: 300,
  AvailabilityZones: group.zones,
  HealthCheckType: 'EC2',
  HealthCheckGracePeriod: 15,
  CreatedTime: iso(group.createdAt),
  NewInstancesProtectedFromScaleIn: false,
  Instances: group.members.map(describedMember),
  SuspendedProcesses: [...group.suspended].map(([name, reason]) => ({ ProcessName: name, SuspensionReason: reason })),
  TerminationPolicies: ['Default'],
  WarmPoolConfiguration: group.warmPool && { MinSize: 0, PoolState: 'Stopped', InstanceReusePolicy: { ReuseOnScaleIn: group.warmPool.reuseOnScaleIn } },
  Tags: [...group.tags].map(([Key, { value, propagateAtLaunch }]) => ({
    Key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
  })),
})

const describedMember = ({ instance, lifecycle, healthy }: Member): Xml => ({
  InstanceId: instance.id,
  InstanceType: instance.identity.instanceType,
  AvailabilityZone: instance.identity.zone,
  LifecycleState: lifecycle,
  HealthStatus: healthy ? 'Healthy' : 'Unhealthy',
  ProtectedFromScaleIn: false,
})

const describeActivities = (group: AutoScalingGroup, form: Form): Xml => {
  const wanted = form.list('ActivityIds.member')
  const activities = group.activities.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
  const limit = Math.min(form.integer('MaxRecords') ?? 100, 100)
  const { items, nextToken } = page(activities, { limit, token: form.text('NextToken'), code: 'InvalidNextToken' })
  return { Activities: items.map((activity) => describedActivity(activity, group)), NextToken: nextToken }
}

const beginnings = { launch: 'Launching a new', terminate: 'Terminating' }

const describedActivity = (activity: ScalingActivity, group: AutoScalingGroup): Xml => ({
  ActivityId: activity.id,
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Cause: activity.cause,
  StartTime: iso(activity.startedAt),
  ...(activity.kind === 'failed-launch' ? describedFailure(activity) : describedDeed(activity)),
})

const describedDeed = (activity: Exclude<ScalingActivity, FailedLaunch>) => ({
  Description: `${beginnings[activity.kind]} EC2 instance: ${activity.instance.id}`,
  StatusCode: isDone(activity) ? 'Successful' : 'InProgress',
  Progress: isDone(activity) ? 100 : 50,
  Details: detailsOf(activity.instance.identity.zone),
})

const describedFailure = ({ zone, refusal, startedAt }: FailedLaunch) => {
  const StatusMessage = sayFailedLaunch(refusal)
  return { Description: `Launching a new EC2 instance.  Status Reason: ${StatusMessage}`, EndTime: iso(startedAt), StatusCode: 'Failed', StatusMessage, Progress: 100, Details: detailsOf(zone) }
}

const detailsOf = (zone: string): string => JSON.stringify({ 'Availability Zone': zone })

const isDone = ({ kind, instance }: Exclude<ScalingActivity, FailedLaunch>): boolean =>
  kind === 'launch' ? instance.runningAt !== undefined : instance.state === 'terminated'

const updateGroup = (group: AutoScalingGroup, form: Form): void => {
  const minSize = form.integer('MinSize') ?? group.capacity.minSize
  const maxSize = form.integer('MaxSize') ?? group.capacity.maxSize
  const asked = form.integer('DesiredCapacity')
  if (minSize > maxSize) throw invalid(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`)
  if (asked !== undefined && (asked < minSize || asked > maxSize)) {
    throw invalid(`Desired capacity:${asked} must be between the specified min size:${minSize} and max size:${maxSize}`)
  }
  const desiredSize = asked ?? Math.min(Math.max(group.capacity.desiredSize, minSize), maxSize)
  group.resize({ minSize, maxSize, desiredSize }, ASKED)
}

const terminate = (fleet: Fleet, form: Form, region: string): Xml => {
  const id = form.text('InstanceId') ?? ''
  const decrement = form.flag('ShouldDecrementDesiredCapacity')
  if (decrement === undefined) {
    const constraint = 'failed to satisfy constraint: Member must not be null'
    throw invalid(`1 validation error detected: Value null at 'shouldDecrementDesiredCapacity' ${constraint}`)
  }
  const group = fleet.group(fleet.instance(id)?.identity.groupName ?? '')
  if (group === undefined || group.region !== region) {
    throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`)
  }
  return { Activity: describedActivity(group.terminate(id, decrement), group) }
}

const taggedGroups = (fleet: Fleet, form: Form, region: string): readonly (readonly [AutoScalingGroup, Form])[] =>
  form.structures('Tags.member').map((tag) => {
    const name = tag.text('ResourceId') ?? ''
    const group = fleet.group(name)
    if (group === undefined || group.region !== region) {
      throw invalid(`AutoScalingGroup not found - AutoScaling Group ${name} not found`)
    }
    return [group, tag]
  })
