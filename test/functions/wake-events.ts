/** A request as a test says it; each front makes its own event of it. */
export interface Request {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The button of the page that was pressed. */
  readonly button?: string
}

export const PERSON = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }
export const PROGRAM = { accept: 'application/json', 'user-agent': 'curl/8.14.1' }

const HOST = 'checkout.example.com'

/** A Function URL, which sends what an HTTP API with payload 2.0 sends. */
export const functionUrlEvent = ({ method = 'GET', host = HOST, path = '/', query = '', headers = PERSON, button }: Request = {}, stage = '$default') => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers: { ...headers, ...formHeader(button), host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
  requestContext: {
    accountId: 'anonymous', apiId: 'abc', domainName: 'abc.lambda-url.us-east-1.on.aws', domainPrefix: 'abc', requestId: 'r', routeKey: '$default', stage,
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: headers['user-agent'] ?? '' },
    time: '22/Nov/2026:08:00:00 +0000', timeEpoch: 1_795_334_400_000,
  },
  ...(method === 'POST' ? { body: Buffer.from(button === undefined ? 'return=https://evil.example/' : `catnap=${button}`).toString('base64'), isBase64Encoded: true } : { isBase64Encoded: false }),
})

const formHeader = (button: string | undefined): Record<string, string> => (button === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' })

/** A load balancer's target group. */
export const albEvent = ({ method = 'GET', host = HOST, path = '/', query = '', headers = PERSON, button }: Request = {}) => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/wake/6d0ecf831eec9f09' } },
  httpMethod: method,
  path,
  queryStringParameters: Object.fromEntries(query.split('&').filter(Boolean).map((pair) => [pair.split('=')[0], pair.split('=').slice(1).join('=')])),
  headers: { ...headers, ...formHeader(button), host, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
  body: button === undefined ? '' : `catnap=${button}`,
  isBase64Encoded: false,
})

/** The same with multi-value headers switched on. */
export const albManyEvent = (request: Request = {}) => {
  const { headers, queryStringParameters, ...rest } = albEvent(request)
  return { ...rest, multiValueHeaders: many(headers), multiValueQueryStringParameters: many(queryStringParameters) }
}

const many = (values: Readonly<Record<string, string | undefined>>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]))
