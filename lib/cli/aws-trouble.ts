const TWO_WAYS =
  'expected one of the two: start a sandbox in this folder (npm start), or sign in to AWS (aws sso login, AWS_PROFILE or the AWS_ variables) and name the table with --table where it is not catnap'

/** By the name AWS gives the error: what was refused and what to do next. */
const TROUBLES: readonly (readonly [pattern: RegExp, say: (message: string) => string])[] = [
  [/^(?:CredentialsProviderError|TokenProviderError)$/, (message) => `no AWS credentials and no running sandbox were found (${firstLine(message)}); ${TWO_WAYS}`],
  [/^(?:ExpiredToken|ExpiredTokenException|RequestExpired)$/, () => 'the AWS credentials have expired; sign in again, as with aws sso login, and run the command again'],
  [/^(?:UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature)$/,
    (message) => `AWS does not accept these credentials (${firstLine(message)}); see who they are with: aws sts get-caller-identity`],
  [/^AccessDenied/, (message) => sayDenied(message)],
  [/^ResourceNotFoundException$/, (message) => `there is no such table here (${firstLine(message)}); name it with --table (an ARN names its region too) or its region with --region, or deploy the hub first: npx cdk deploy`],
  [/^(?:ProvisionedThroughputExceededException|ThrottlingException|Throttling|RequestLimitExceeded|TooManyRequestsException)$/,
    () => 'AWS throttles the table; nothing is left half done: what was written stays, run the command again in a minute'],
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|TimeoutError)$/,
    (message) => `the table's address does not answer (${firstLine(message)}); is the network up, the region right, the sandbox still running?`],
]

/** An error in words a person can act on: what was refused or missing, and the next step. The cause is kept. */
export const explainTrouble = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error.message.startsWith('Region is missing')) {
    return new Error('no AWS region was found; expected AWS_REGION, --region, a profile with a region, or the ARN of the table in --table', { cause: error })
  }
  const names = [error.name, 'code' in error ? String(error.code) : '']
  const trouble = TROUBLES.find(([pattern]) => names.some((name) => pattern.test(name)))
  return trouble === undefined ? error : new Error(trouble[1](error.message), { cause: error })
}

/** IAM says who may not do what on what; where it does not, its own words must do. */
const sayDenied = (message: string): string => {
  const [, action] = /perform: ([\w-]+:\w+)/.exec(message) ?? []
  const [, resource] = /on resource: (\S+)/.exec(message) ?? []
  const [, who] = /^User: (\S+)/.exec(message) ?? []
  const refused = action === undefined ? firstLine(message) : `${who ?? 'the caller'} may not ${action}${resource === undefined ? '' : ` on ${resource}`}`
  return `AWS refused: ${refused}; expected the rights of an operator, which docs/permissions.md lists: ask for ${action ?? 'them'} and run the command again`
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').replace(/\.$/, '')
