import { z } from 'zod'
import { type Scheme } from './layout.ts'

// Fronts that the context may ask for: a balancer for a spoke, and in the hub an HTTP API and ways to fail over to it.

/** A balancer of ours in front of a spoke's environments. */
export interface BalancerPlan {
  readonly scheme: Scheme
  readonly vpc: string
  /** In two zones at least. */
  readonly subnets: readonly string[]
  /** ACM certificates for the hosts, of the spoke's region; the first is shown to who names no host. */
  readonly certificates: readonly [string, ...string[]]
  /** CIDR ranges that may come. */
  readonly from: readonly string[]
  /** The bucket of its access logs; undefined: none are kept. */
  readonly logs?: string | undefined
}

/** What stands before the environments of a spoke. */
export interface SpokeFronts {
  readonly balancer?: BalancerPlan | undefined
  /** Further target groups of the wake function by the end of their name, one for each balancer that is not ours. */
  readonly wakeTargetGroups?: readonly string[] | undefined
}

/** A name of the HTTP API, `shop.example.com` or `*.example.com`, and the ACM certificate for it, of the hub's region. */
export interface GatewayDomain {
  readonly domain: string
  readonly certificate: string
}

/** A host whose DNS leads to its own balancer while that is healthy, and else to the HTTP API. */
export interface RoutePlan {
  readonly host: string
  /** The hosted zone the host is in. */
  readonly zone: string
  /** The DNS name of the environment's own balancer, and the hosted zone of that name. */
  readonly balancer: string
  readonly balancerZone: string
}

/** A host that CloudFront serves, from its origin while that answers and else from the wake function. */
export interface OriginPlan {
  readonly host: string
  /** A name of the environment itself, which is not the host. */
  readonly origin: string
  /** An ACM certificate for the host, of us-east-1. */
  readonly certificate: string
}

/** What stands before the hub's wake function, besides its own URL. */
export interface HubFronts {
  readonly gateway: readonly GatewayDomain[]
  readonly routes: readonly RoutePlan[]
  readonly origins: readonly OriginPlan[]
}

/** Reads `wakeUrl`, where Ingresses reach the wake function: an address without path. Throws a TypeError for anything else. */
export const readWakeUrl = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?\/?$/i.test(value)) return value
  throw new TypeError(`context "wakeUrl" is no address: found ${JSON.stringify(value)}, expected the output WakeUrl of the hub such as "https://abc.lambda-url.us-east-1.on.aws/"`)
}

const ID = String.raw`-[0-9a-f]{8,17}$`
export const vpcId = z.string().regex(new RegExp(`^vpc${ID}`))
export const subnetId = z.string().regex(new RegExp(`^subnet${ID}`))
const certificateIn = (region: string): z.ZodString =>
  z.string().regex(new RegExp(String.raw`^arn:aws[\w-]*:acm:${region}:\d{12}:certificate/[\w-]+$`))
const certificate = certificateIn(String.raw`[a-z0-9-]+`)
const LABELS = String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`
const host = z.string().regex(new RegExp(`^${LABELS}`))
const zoneId = z.string().regex(/^Z[A-Z0-9]{5,31}$/)

/** Who may come where the context does not say: everybody, or what is private (RFC 1918). */
const FROM: Readonly<Record<Scheme, readonly string[]>> = { public: ['0.0.0.0/0'], internal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] }

const balancerSchema = z
  .strictObject({
    scheme: z.enum(['public', 'internal']),
    vpc: vpcId,
    subnets: z.array(subnetId).min(2),
    certificates: z.tuple([certificate], certificate),
    from: z.array(z.string().regex(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/)).min(1).optional(),
    logs: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).optional(),
  })
  .transform(({ from, ...given }): BalancerPlan => ({ ...given, from: from ?? FROM[given.scheme] }))

/** What the context of a spoke says of fronts. A target group's name has at most 32 characters. */
export const spokeFronts = { balancer: balancerSchema.optional(), wakeTargetGroups: z.array(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/)).optional() }

const gatewaySchema = z.record(z.string().regex(new RegExp(String.raw`^(?:\*\.)?${LABELS}`)), certificate)
const routesSchema = z.record(host, z.strictObject({ zone: zoneId, balancer: host, balancerZone: zoneId }))
const originsSchema = z.record(host, z.strictObject({ origin: host, certificate: certificateIn('us-east-1') }))

/**
 * Reads `gateway`, `routes` and `origins` from the CDK context: objects in cdk.json, by host.
 * Throws a TypeError that says what was found and expected.
 */
export const readHubFronts = (context: (key: string) => unknown): HubFronts => {
  const gateway = entriesOf('gateway', context, gatewaySchema, '{ "*.staging.example.com": "arn:aws:acm:…" }')
    .map(([domain, arn]) => ({ domain, certificate: arn }))
  const routes = entriesOf('routes', context, routesSchema, '{ "shop.example.com": { "zone": "Z…", "balancer": "….elb.amazonaws.com", "balancerZone": "Z…" } }')
    .map(([name, route]) => ({ host: name, ...route }))
  const origins = entriesOf('origins', context, originsSchema, '{ "shop.example.com": { "origin": "shop-origin.example.com", "certificate": "arn:aws:acm:us-east-1:…" } }')
    .map(([name, origin]) => ({ host: name, ...origin }))
  for (const { host: name } of routes) {
    if (domainFor(name, gateway) === undefined) throw new TypeError(`context "routes" has no second for ${name}: found no domain in "gateway" that covers it, expected one with its certificate`)
  }
  for (const { host: name, origin } of origins) {
    if (name === origin) throw new TypeError(`context "origins" sends ${name} round in a circle: found its own name as "origin", expected another one that its Ingress serves too`)
  }
  return { gateway, routes, origins }
}

/** The domain of the HTTP API that a host falls under: its own name before a wildcard. */
export const domainFor = (name: string, domains: readonly GatewayDomain[]): GatewayDomain | undefined =>
  domains.find(({ domain }) => domain === name) ?? domains.find(({ domain }) => domain === name.replace(/^[^.]+/, '*'))

const entriesOf = <T>(key: string, context: (key: string) => unknown, schema: z.ZodType<Record<string, T>>, expected: string): readonly (readonly [string, T])[] => {
  const value = context(key) ?? {}
  const parsed = schema.safeParse(value)
  if (parsed.success) return Object.entries(parsed.data)
  throw new TypeError(`context "${key}" cannot be read: found ${JSON.stringify(value)}, expected ${expected}; ${z.prettifyError(parsed.error)}`)
}
