/** A request as a test says it; each front makes its own event of it. */
export interface Request {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The button of the page that was pressed. */
  readonly button?: string
  /** The body of a POST. Default: the form of that button, or one of another site's. */
  readonly body?: string
}

export const PERSON = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }
export const PROGRAM = { accept: 'application/json', 'user-agent': 'curl/8.14.1' }

const HOST = 'checkout.example.com'

/** A Function URL. */
export const functionUrlEvent = (request: Request = {}, stage = '$default', domainName = 'abc.lambda-url.us-east-1.on.aws') => {
  const { method = 'GET', host = HOST, path = '/', query = '', headers = PERSON } = request
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { ...headersOf(request), host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
    requestContext: {
      accountId: 'anonymous', apiId: 'abc', domainName, domainPrefix: domainName.split('.')[0] ?? '', requestId: 'r', routeKey: '$default', stage,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: headers['user-agent'] ?? '' },
      time: '22/Nov/2026:08:00:00 +0000', timeEpoch: 1_795_334_400_000,
    },
    ...base64Of(request),
  }
}

/** An HTTP API with payload 2.0, under the host's own name. */
export const httpApiEvent = (request: Request = {}) => functionUrlEvent(request, '$default', request.host ?? HOST)

/** The same with payload 1.0: every header and parameter twice, and parameters decoded. */
export const httpApi1Event = (request: Request = {}) => {
  const { method = 'GET', host = HOST, path = '/', query = '' } = request
  const headers = Object.fromEntries(Object.entries({ ...headersOf(request), host, 'x-forwarded-proto': 'https' }).map(([name, value]) => [inTitleCase(name), value]))
  const parameters = [...new URLSearchParams(query)]
  return {
    version: '1.0',
    resource: '$default',
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: many(headers),
    queryStringParameters: Object.fromEntries(parameters),
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(Object.groupBy(parameters, ([name]) => name)).map(([name, pairs = []]) => [name, pairs.map(([, value]) => value)])),
    requestContext: { accountId: '111122223333', apiId: 'abc', domainName: host, domainPrefix: host.split('.')[0] ?? '', httpMethod: method, path, protocol: 'HTTP/1.1', requestId: 'r', stage: '$default' },
    pathParameters: null,
    stageVariables: null,
    ...base64Of(request),
  }
}

/** A load balancer's target group. It sends the body of a form in base64. */
export const albEvent = (request: Request = {}) => {
  const { method = 'GET', host = HOST, path = '/', query = '' } = request
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/wake/6d0ecf831eec9f09' } },
    httpMethod: method,
    path,
    queryStringParameters: Object.fromEntries(pairsOf(query)),
    headers: { ...headersOf(request), host, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
    body: '',
    ...base64Of(request),
  }
}

/** The same with multi-value headers switched on. */
export const albManyEvent = (request: Request = {}) => {
  const { headers, queryStringParameters, ...rest } = albEvent(request)
  return { ...rest, multiValueHeaders: many(headers), multiValueQueryStringParameters: many(queryStringParameters) }
}

/** Every front there is. */
export const FRONTS = [
  ['a Function URL', functionUrlEvent], ['an HTTP API', httpApiEvent], ['an HTTP API with payload 1.0', httpApi1Event],
  ['a load balancer', albEvent], ['a load balancer with multi-value headers', albManyEvent],
] as const

const headersOf = ({ headers = PERSON, button }: Request): Record<string, string> =>
  ({ ...headers, ...(button === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) })

const base64Of = ({ method = 'GET', button, body = button === undefined ? 'return=https://evil.example/' : `catnap=${button}` }: Request) =>
  (method === 'POST' ? { body: Buffer.from(body).toString('base64'), isBase64Encoded: true } : { isBase64Encoded: false })

const pairsOf = (query: string): readonly (readonly [string, string])[] =>
  query.split('&').filter(Boolean).map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')])

const inTitleCase = (name: string): string => name.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())

const many = (values: Readonly<Record<string, string | undefined>>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]))
