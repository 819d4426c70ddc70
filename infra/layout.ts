import { type Stack } from 'aws-cdk-lib'

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
}

/** Names are fixed, so that hub and spokes find each other by name and no stack waits for another one's export. */
export const tableName = 'catnap'
export const dueIndexName = 'due'

export const queueNames = { wake: 'catnap-wake', work: 'catnap-work', nodes: 'catnap-nodes', usage: 'catnap-usage' } as const
export type Queue = keyof typeof queueNames

export type FunctionName = 'tick' | 'wake' | 'reconcile' | 'reclaim' | 'observe' | 'account' | 'report'
/** Everything with a role of its own: the functions, and the schedule that starts `tick`. */
export type Holder = FunctionName | 'schedule'

export const functionName = (name: FunctionName): string => `catnap-${name}`
export const logGroupName = (name: FunctionName): string => `/aws/lambda/${functionName(name)}`

/** IAM is global, and one account may hold spokes in several regions: a worker's role carries its region. */
export const roleName = (holder: Holder, place: Place): string =>
  holder === 'reconcile' || holder === 'reclaim' || holder === 'observe' ? `catnap-${holder}-${place.region}` : `catnap-${holder}`

export const roleArn = (holder: Holder, place: Place): string =>
  `arn:${place.partition}:iam::${place.account}:role/${roleName(holder, place)}`

export const tableArn = (hub: Place): string => arnAt(hub, 'dynamodb', `table/${tableName}`)

export const queueArn = (queue: Queue, spoke: Place): string => arnAt(spoke, 'sqs', queueNames[queue])

export const arnAt = (place: Place, service: string, resource: string): string =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`

export const placeOf = (stack: Stack): Place => ({
  partition: stack.partition,
  account: stack.account,
  region: stack.region,
})
