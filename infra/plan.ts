import { z } from 'zod'

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
interface SpokeSite {
  readonly site: Site | undefined
  readonly network: Network | undefined
}

/** Which stacks go where. Without a hub site the app is environment-agnostic. */
export interface Plan {
  readonly hub: Site | undefined
  readonly spokes: readonly SpokeSite[]
  /** The address reports come from; undefined: none is sent. */
  readonly mailFrom: string | undefined
  /** The SSM parameter that holds the key of signed links; undefined: no link is good. */
  readonly linkKey: string | undefined
}

const networkSchema = z.strictObject({
  vpc: z.string().regex(/^vpc-[0-9a-f]{8,17}$/),
  subnets: z.array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/)).min(1),
})

const spokesSchema = z.union([z.string(), z.record(z.string(), z.union([z.strictObject({}), networkSchema]))])

/**
 * Reads `hub` and `spokes` from the CDK context. `spokes` is text, "111122223333/us-east-1,111122223333/eu-west-1", or
 * in cdk.json an object from such a place to {} or { vpc, subnets }. The hub goes, unless named, with the first spoke;
 * without both, hub and one spoke go to whatever account and region `cdk deploy` runs with. `mailFrom` is the address
 * reports come from, `linkKey` the SSM parameter in the hub's place that signs links.
 * Throws a TypeError that says what was found and expected.
 */
export const readPlan = (context: (key: string) => unknown): Plan => {
  const hubText = context('hub')
  const named = hubText === undefined ? undefined : readSite('hub', hubText)
  const spokes = readSpokes(context('spokes'))
  const hub = named ?? spokes[0]?.site
  return { hub, spokes: spokes.length === 0 ? [{ site: hub, network: undefined }] : spokes, mailFrom: readMailFrom(context('mailFrom')), linkKey: readLinkKey(context('linkKey')) }
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
  const entries: readonly (readonly [string, object])[] =
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
    const network = networkSchema.safeParse(given)
    return { site: readSite('spokes', text), network: network.success ? network.data : undefined }
  })
}

const spokesExpected =
  '"<account>/<region>[,<account>/<region>…]", or in cdk.json ' +
  '{ "<account>/<region>": { "vpc": "vpc-…", "subnets": ["subnet-…"] } }'

const readSite = (key: string, value: unknown): Site => {
  const [, account, region] = /^(\d{12})\/([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(String(value)) ?? []
  if (account === undefined || region === undefined) {
    throw new TypeError(
      `context "${key}" names no account and region: found ${JSON.stringify(value)}, expected "111122223333/us-east-1"`,
    )
  }
  return { account, region }
}
