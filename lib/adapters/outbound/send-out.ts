import { lookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'

/** A request to an address that the intent or a parameter names. */
export interface OutboundRequest {
  readonly url: URL
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Where the sandbox has such things: it stands in for scheme, host and port. */
  readonly endpoint?: string | undefined
}

/** What came back, not followed wherever it leads. */
export interface OutboundAnswer {
  readonly status: number
  readonly text: string
  /** As the header says it. */
  readonly retryAfter?: string
}

const PATIENCE_MS = 10_000
const CONNECT_MS = 3000

/** Longer answers are not read to their end: a query of one series has a few kilobytes. */
const MOST_BYTES = 2 ** 20

/**
 * The function's own machine: Lambda's runtime answers there, and nobody's Prometheus or chat does. Private addresses are
 * not refused: a VPC is where such things are, and who writes the intent or the parameter is the operator.
 */
const ownMachine = new BlockList()
for (const [net, prefix] of [['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16]] as const) ownMachine.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [['::', 127], ['fe80::', 10], ['fd00:ec2::', 32]] as const) ownMachine.addSubnet(net, prefix, 'ipv6')

/**
 * Sends a request that must not reach the function's own machine, whatever the name resolves to at this moment, and must not
 * be led elsewhere: redirects are answers. Throws an Error that names the host, never the path or the query.
 */
export const sendOut = async ({ url, method, headers, body, endpoint }: OutboundRequest): Promise<OutboundAnswer> => {
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (endpoint === undefined && isOwn(literal)) throw new OutboundError(refusal(url.hostname, literal))
  const to = endpoint === undefined ? url : new URL(`${url.pathname}${url.search}`, endpoint)
  try {
    const answer = await request(to, {
      method, headers: { ...headers }, body, dispatcher: endpoint === undefined ? guarded : unguarded, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS,
    })
    const retryAfter = answer.headers['retry-after']
    return { status: answer.statusCode, text: await readUpTo(answer.body, url.host), ...(typeof retryAfter === 'string' ? { retryAfter } : {}) }
  } catch (error) {
    if (error instanceof OutboundError) throw error
    throw new OutboundError(`${url.host} could not be reached: ${sayCause(error)}`, { cause: error })
  }
}

/** Nothing came back that could be relied on. */
class OutboundError extends Error {
  override readonly name = 'OutboundError'
}

const readUpTo = async (body: Dispatcher.ResponseData['body'], host: string): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new OutboundError(`${host} answered more than ${MOST_BYTES} bytes, expected fewer`)
  }
  return Buffer.concat(chunks).toString()
}

const isOwn = (address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && ownMachine.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

const refusal = (host: string, address: string): string =>
  `${host} is not asked: found the address ${address}, expected none of the function's own machine (loopback, link-local)`

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '')
    const own = addresses.find(({ address }) => isOwn(address))
    const [first] = addresses
    if (own !== undefined || first === undefined) return callback(new OutboundError(own === undefined ? `${hostname} has no address` : refusal(hostname, own.address)), '')
    if (options.all === true) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

const guarded = new Agent({ connect: { lookup: guardedLookup, timeout: CONNECT_MS } })
const unguarded = new Agent({ connect: { timeout: CONNECT_MS } })

/** A connection that was refused on all addresses has a code and no message. */
const sayCause = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
