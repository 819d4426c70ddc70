import { type Stack } from 'aws-cdk-lib'
import { spokeRoleName, WORKERS } from '../lib/domain/rights/access-entries.ts'

/** One account and region. Each part is a literal, or CDK's token where the stack does not say where it will go. */
export interface Place {
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** What a stack must know to write the address of everything Catnap owns or touches. */
export interface Layout {
  readonly hub: Place
  readonly spokes: readonly Place[]
  /** Where the stack that asks is deployed. */
  readonly here: Place
  /** The address reports come from; without one none is sent. */
  readonly mailFrom?: string | undefined
  /** The SSM parameter that holds the key of signed links; without one no link is good. */
  readonly linkKey?: string | undefined
  /** Who reaches the spoke's balancer; without one there is none. */
  readonly balancer?: Scheme | undefined
}

/** `public`: from the internet. `internal`: from the VPC and what is connected to it. */
export type Scheme = 'public' | 'internal'

/** Names are fixed, so that hub and spokes find each other by name and no stack waits for another one's export. */
export const tableName = 'catnap'
export const dueIndexName = 'due'

export const queueNames = { wake: 'catnap-wake', work: 'catnap-work', nodes: 'catnap-nodes', usage: 'catnap-usage' } as const
export type Queue = keyof typeof queueNames

/** Each is functions/<name>.ts, save `door`: the wake function of a spoke, behind its balancer. */
export type FunctionName = 'tick' | 'wake' | 'reconcile' | 'reclaim' | 'observe' | 'account' | 'report' | 'door'
/** Everything with a role of its own: the functions, and the schedule that starts `tick`. */
export type Holder = FunctionName | 'schedule'

export const functionName = (name: FunctionName): string => `catnap-${name}`
export const logGroupName = (name: FunctionName): string => `/aws/lambda/${functionName(name)}`

/** IAM is global, and one account may hold spokes in several regions: the roles of a spoke carry its region. */
export const roleName = (holder: Holder, place: Place): string =>
  inSpokes.has(holder) ? spokeRoleName(holder, place.region) : `catnap-${holder}`

const inSpokes: ReadonlySet<Holder> = new Set<Holder>([...WORKERS, 'door'])

export const roleArn = (holder: Holder, place: Place): string =>
  `arn:${place.partition}:iam::${place.account}:role/${roleName(holder, place)}`

export const tableArn = (hub: Place): string => arnAt(hub, 'dynamodb', `table/${tableName}`)

export const queueArn = (queue: Queue, spoke: Place): string => arnAt(spoke, 'sqs', queueNames[queue])

/** A balancer cannot change its scheme, and one that is replaced needs another name. */
export const balancerName = (scheme: Scheme): string => `catnap-${scheme}`
export const wakeTargetGroupName = 'catnap-wake'

export const arnAt = (place: Place, service: string, resource: string): string =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`

export const placeOf = (stack: Stack): Place => ({
  partition: stack.partition,
  account: stack.account,
  region: stack.region,
})
