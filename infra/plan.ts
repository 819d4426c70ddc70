import { z } from 'zod'
import { type BalancerPlan, type HubFronts, readHubFronts, readWakeUrl, type SpokeFronts, spokeFronts, subnetId, vpcId } from './fronts-plan.ts'

/** An account and region named in the context. */
export interface Site {
  readonly account: string
  readonly region: string
}

/** The VPC and the private subnets a spoke's workers run in. */
export interface Network {
  readonly vpc: string
  readonly subnets: readonly string[]
}

/** A spoke to deploy. Without a site it goes wherever the hub goes. */
interface SpokeSite extends SpokeFronts {
  readonly site: Site | undefined
  readonly network: Network | undefined
}

/** Which stacks go where. Without a hub site the app is environment-agnostic. */
export interface Plan extends HubFronts {
  readonly hub: Site | undefined
  readonly spokes: readonly SpokeSite[]
  /** The address reports come from; undefined: none is sent. */
  readonly mailFrom: string | undefined
  /** The SSM parameter that holds the key of signed links; undefined: no link is good. */
  readonly linkKey: string | undefined
  /** Where Ingresses reach the wake function; undefined: no Ingress can lead to it. */
  readonly wakeUrl: string | undefined
}

const inVpc = z.strictObject({ vpc: vpcId, subnets: z.array(subnetId).min(1), ...spokeFronts })
const outsideVpc = z.strictObject(spokeFronts)

const spokesSchema = z.union([z.string(), z.record(z.string(), z.union([outsideVpc, inVpc]))])

/**
 * Reads `hub` and `spokes` from the CDK context. `spokes` is text, "111122223333/us-east-1,111122223333/eu-west-1", or
 * in cdk.json an object from such a place to {} or { vpc, subnets }, and in either `balancer` and `wakeTargetGroups`. The hub goes, unless named, with the first spoke;
 * without both, hub and one spoke go to whatever account and region `cdk deploy` runs with. `mailFrom` is the address
 * reports come from, `linkKey` the SSM parameter in the hub's place that signs links.
 * Throws a TypeError that says what was found and expected.
 */
export const readPlan = (context: (key: string) => unknown): Plan => {
  const hubText = context('hub')
  const named = hubText === undefined ? undefined : readSite('hub', hubText)
  const spokes = readSpokes(context('spokes'))
  const hub = named ?? spokes[0]?.site
  return { hub, spokes: spokes.length === 0 ? [{ site: hub, network: undefined }] : spokes, mailFrom: readMailFrom(context('mailFrom')), linkKey: readLinkKey(context('linkKey')), wakeUrl: readWakeUrl(context('wakeUrl')), ...readHubFronts(context) }
}

const addressPattern = String.raw`[^\s<>"@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+`

const readMailFrom = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  if (typeof value === 'string' && new RegExp(`^(?:${addressPattern}|[^<>"@]+ <${addressPattern}>)$`, 'i').test(value)) return value
  throw new TypeError(
    `context "mailFrom" is no sender: found ${JSON.stringify(value)}, expected "catnap@example.com" or "Catnap <catnap@example.com>"`,
  )
}

const readLinkKey = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  // Parameters of AWS's own cannot be written, and a name without a slash would have another form of ARN.
  if (typeof value === 'string' && /^\/(?!aws\/|ssm\/)[\w.-]+(?:\/[\w.-]+){0,14}$/i.test(value)) return value
  throw new TypeError(`context "linkKey" is no parameter: found ${JSON.stringify(value)}, expected the name of one such as "/catnap/link-key"`)
}

const readSpokes = (value: unknown): readonly (SpokeSite & { readonly site: Site })[] => {
  if (value === undefined) return []
  const parsed = spokesSchema.safeParse(value)
  if (!parsed.success) {
    throw new TypeError(
      `context "spokes" cannot be read: found ${JSON.stringify(value)}, expected ${spokesExpected}; ` +
        z.prettifyError(parsed.error),
    )
  }
  const entries: readonly (readonly [string, z.infer<typeof outsideVpc> | z.infer<typeof inVpc>])[] =
    typeof parsed.data === 'string'
      ? parsed.data.split(',').map((text) => [text.trim(), {}] as const)
      : Object.entries(parsed.data)
  const seen = new Set<string>()
  return entries.map(([text, given]) => {
    if (seen.has(text)) {
      throw new TypeError(
        `context "spokes" names ${text} twice: expected each place once, since its queues have fixed names`,
      )
    }
    seen.add(text)
    const site = readSite('spokes', text)
    const { balancer, wakeTargetGroups } = given
    if (balancer !== undefined) checkRegion(site, balancer)
    return {
      site,
      network: 'vpc' in given ? { vpc: given.vpc, subnets: given.subnets } : undefined,
      ...(balancer === undefined ? {} : { balancer }),
      ...(wakeTargetGroups === undefined ? {} : { wakeTargetGroups }),
    }
  })
}

const spokesExpected =
  '"<account>/<region>[,<account>/<region>…]", or in cdk.json ' +
  '{ "<account>/<region>": { "vpc": "vpc-…", "subnets": ["subnet-…"], "balancer": { "scheme": "internal", … } } }'

/** A listener takes certificates of its own region only. */
const checkRegion = ({ account, region }: Site, { certificates }: BalancerPlan): void => {
  const foreign = certificates.find((arn) => arn.split(':')[3] !== region)
  if (foreign !== undefined) throw new TypeError(`context "spokes" gives the balancer of ${account}/${region} a certificate of another region: found ${foreign}, expected one of ${region}`)
}

const readSite = (key: string, value: unknown): Site => {
  const [, account, region] = /^(\d{12})\/([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(String(value)) ?? []
  if (account === undefined || region === undefined) {
    throw new TypeError(
      `context "${key}" names no account and region: found ${JSON.stringify(value)}, expected "111122223333/us-east-1"`,
    )
  }
  return { account, region }
}
