import { type Instant, instant, iso, later, secondsBetween } from '../../domain/time.ts'
import { AwsError } from './aws-error.ts'
import type { Fleet } from './fleet.ts'
import { Form } from './form.ts'
import type { Instance, InstanceState } from './instance.ts'
import { page } from './page.ts'
import type { Service } from './service.ts'
import { ec2Answer, ec2Refusal } from './wire.ts'
import type { Xml } from './xml.ts'

interface Result {
  readonly [name: string]: Xml
}

type Handler = (form: Form, region: string) => Result

const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  stopping: 64,
  stopped: 80,
  'shutting-down': 32,
  terminated: 48,
}

/** EC2 shows a terminated instance for about an hour. */
const terminatedVisibleSeconds = 3600

/** Amazon EC2 (ec2Query, 2016-11-15): the instances of the fleet. */
export const ec2Service = (fleet: Fleet): Service => {
  const handlers: Readonly<Record<string, Handler>> = {
    DescribeInstances: (form, region) => describeInstances(fleet, form, region),
    TerminateInstances: (form, region) => terminateInstances(fleet, form, region),
    DescribeInstanceTypes: (form) => describeInstanceTypes(fleet, form),
    DescribeSpotPriceHistory: (form, region) => describeSpotPriceHistory(fleet, form, region),
  }
  return {
    action: ({ body }) => {
      const action = Form.parse(body).text('Action') ?? ''
      return Object.hasOwn(handlers, action) ? action : undefined
    },
    handle: (action, { body, region, requestId }) =>
      ec2Answer(action, handlers[action]?.(Form.parse(body), region) ?? {}, requestId),
    refuse: ec2Refusal,
  }
}

const invalid = (code: string, message: string): AwsError => new AwsError(400, code, message)

const isVisible = (fleet: Fleet, { terminatedAt }: Instance): boolean =>
  terminatedAt === undefined || secondsBetween(terminatedAt, fleet.timeline.now()) < terminatedVisibleSeconds

const meant = (fleet: Fleet, ids: readonly string[], region: string): readonly Instance[] => {
  const malformed = ids.find((id) => !/^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(id))
  if (malformed !== undefined) throw invalid('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  const found = ids.flatMap((id) => {
    const instance = fleet.instance(id)
    return instance?.identity.region === region && isVisible(fleet, instance) ? [instance] : []
  })
  const missing = ids.filter((id) => !found.some((instance) => instance.id === id))
  if (missing.length === 0) return found
  const what = missing.length === 1 ? `ID '${missing[0]}' does` : `IDs '${missing.join(', ')}' do`
  throw invalid('InvalidInstanceID.NotFound', `The instance ${what} not exist`)
}

const describeInstances = (fleet: Fleet, form: Form, region: string): Result => {
  const ids = form.list('InstanceId')
  const filters = form.structures('Filter')
  const size = form.integer('MaxResults')
  if (size !== undefined && (size < 5 || size > 1000)) {
    const expected = 'Expecting a value between 5 and 1000.'
    throw invalid('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid. ${expected}`)
  }
  const all = ids.length > 0
    ? meant(fleet, ids, region)
    : fleet.instances.filter((instance) => instance.identity.region === region && isVisible(fleet, instance))
  const found = all.filter((instance) =>
    filters.every((filter) => matches(fleet, instance, filter.text('Name') ?? '', filter.list('Value'))),
  )
  const token = form.text('NextToken')
  const { items, nextToken } = page(found, { limit: size ?? 1000, token, code: 'InvalidNextToken' })
  return {
    reservationSet: items.map((instance) => ({
      reservationId: instance.id.replace('i-', 'r-'),
      ownerId: instance.identity.account,
      groupSet: [],
      instancesSet: [describedInstance(fleet, instance)],
    })),
    nextToken,
  }
}

const matches = (fleet: Fleet, instance: Instance, filter: string, values: readonly string[]): boolean => {
  const tags = tagsOf(fleet, instance)
  const found = filter.startsWith('tag:') ? [tags.get(filter.slice(4))] : fieldsOf(instance, tags)[filter]
  if (found === undefined) throw invalid('InvalidParameterValue', `The filter '${filter}' is invalid`)
  return values.some((value) => found.some((text) => text !== undefined && wildcard(value).test(text)))
}

const fieldsOf = (
  instance: Instance,
  tags: ReadonlyMap<string, string>,
): Readonly<Record<string, readonly string[]>> => ({
  'availability-zone': [instance.identity.zone],
  'instance-id': [instance.id],
  'instance-state-code': [String(stateCodes[instance.state])],
  'instance-state-name': [instance.state],
  'instance-type': [instance.identity.instanceType],
  'private-dns-name': [instance.privateDnsName],
  'private-ip-address': [instance.identity.privateIp],
  'tag-key': [...tags.keys()],
})

/** EC2's filter values: `*` is any text, `?` any character. */
const wildcard = (pattern: string): RegExp => {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`^${text}$`)
}

const tagsOf = (fleet: Fleet, { identity }: Instance): ReadonlyMap<string, string> => {
  const { groupName, tags: own } = identity
  const tags = new Map([...Object.entries(own), ...(groupName === undefined ? [] : [['aws:autoscaling:groupName', groupName] as const])])
  for (const [key, { value, propagateAtLaunch }] of fleet.group(groupName)?.tags ?? []) {
    if (propagateAtLaunch) tags.set(key, value)
  }
  return tags
}

const describedInstance = (fleet: Fleet, instance: Instance): Xml => ({
  instanceId: instance.id,
  instanceState: described(instance.state),
  instanceType: instance.identity.instanceType,
  launchTime: iso(instance.launchedAt),
  placement: { availabilityZone: instance.identity.zone, tenancy: 'default' },
  // EC2 takes the names away from an instance that is gone.
  privateDnsName: instance.state === 'terminated' ? '' : instance.privateDnsName,
  privateIpAddress: instance.state === 'terminated' ? undefined : instance.identity.privateIp,
  reason: instance.endedAt === undefined ? '' : `User initiated (${inWords(instance.endedAt)})`,
  tagSet: [...tagsOf(fleet, instance)].map(([key, value]) => ({ key, value })),
})

const inWords = (at: Instant): string => iso(at).replace('T', ' ').replace('Z', ' GMT')

const described = (state: InstanceState): Xml => ({ code: stateCodes[state], name: state })

const terminateInstances = (fleet: Fleet, form: Form, region: string): Result => {
  const instances = meant(fleet, form.list('InstanceId'), region)
  const managed = instances.find(({ identity }) => identity.isAutoMode === true)
  if (managed !== undefined) {
    const message = `The instance '${managed.id}' is managed by EKS Auto Mode and cannot be terminated by this request`
    throw new AwsError(403, 'OperationNotPermitted', message)
  }
  return {
    instancesSet: instances.map((instance) => {
      const before = instance.state
      if (instance.terminate()) fleet.group(instance.identity.groupName)?.noticeEnding(instance.id)
      return { instanceId: instance.id, currentState: described(instance.state), previousState: described(before) }
    }),
  }
}

const describeInstanceTypes = (fleet: Fleet, form: Form): Result => {
  const asked = form.list('InstanceType')
  const names = asked.length > 0 ? asked : [...new Set(fleet.instances.map(({ identity }) => identity.instanceType))]
  const unknown = names.filter((name) => fleet.facts(name) === undefined)
  if (unknown.length > 0) {
    throw invalid('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown.join(', ')}]`)
  }
  return {
    instanceTypeSet: names.map((instanceType) => ({
      instanceType,
      vCpuInfo: { defaultVCpus: fleet.facts(instanceType)?.vcpu },
      memoryInfo: { sizeInMiB: fleet.facts(instanceType)?.memoryMiB },
    })),
  }
}

/** EC2 keeps 90 days of spot prices. */
const spotHistorySeconds = 90 * 86_400

/** Spot prices of the zones the fleet is in, newest first; the last one of each is what held at the start. */
const describeSpotPriceHistory = (fleet: Fleet, form: Form, region: string): Result => {
  const now = fleet.timeline.now()
  const [startTime, endTime] = [form.text('StartTime'), form.text('EndTime')]
  const oldest = later(now, -spotHistorySeconds)
  const from = Math.max(startTime === undefined ? oldest : instant(startTime), oldest) as Instant
  const to = Math.min(endTime === undefined ? now : instant(endTime), now) as Instant
  const products = form.list('ProductDescription')
  const zone = form.text('AvailabilityZone')
  const { types, zones } = spotMarkets(fleet, form.list('InstanceType'), region)
  const isLinux = products.length === 0 || products.some((product) => product.startsWith('Linux/UNIX'))
  const found = !isLinux || from > to ? [] : types.flatMap((type) =>
    zones.filter((one) => zone === undefined || one === zone).flatMap((one) => fleet.spotPrices(type, one, from, to)))
  const newestFirst = found.toSorted((a, b) => b.since - a.since)
  const token = form.text('NextToken') || undefined
  const limit = form.integer('MaxResults') ?? 1000
  const { items, nextToken } = page(newestFirst, { limit, token, code: 'InvalidNextToken' })
  return {
    spotPriceHistorySet: items.map(({ instanceType, zone: availabilityZone, since, usdPerHour }) => ({
      instanceType,
      productDescription: 'Linux/UNIX',
      spotPrice: usdPerHour.toFixed(6),
      timestamp: iso(since),
      availabilityZone,
    })),
    // Where most answers leave the token out, this one ends with an empty one.
    nextToken: nextToken ?? '',
  }
}

interface SpotMarkets {
  readonly types: readonly string[]
  readonly zones: readonly string[]
}

const spotMarkets = (fleet: Fleet, asked: readonly string[], region: string): SpotMarkets => {
  const zones = new Set(fleet.groups.filter((group) => group.region === region).flatMap((group) => group.zones))
  const types = asked.length > 0 ? asked : fleet.instanceTypes
  return { types, zones: [...zones].toSorted() }
}
