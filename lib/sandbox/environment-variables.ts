/** The table's name, as infra/ gives it. */
export const TABLE = 'catnap'

/** The identity the functions have in the sandbox: the simulated cloud knows its secret and the clusters its access entry. */
export const CREDENTIALS = { accessKeyId: 'AKIASANDBOXCATNAP', secretAccessKey: 'sandbox' }

/** The parameter that holds the key of signed links. */
export const LINK_KEY = '/catnap/link-key'

/** Where the wake function answers for every environment by its path, with the port `npm start` takes unless told otherwise. */
const WAKE_URL = 'http://localhost:4780/'

/** What the functions and the CLI find in their environment: only endpoints differ from AWS. */
export const environmentVariables = (cloudUrl: string, tableUrl: string, wakeUrl = WAKE_URL): Readonly<Record<string, string>> => ({
  CATNAP_TABLE: TABLE,
  CATNAP_LINK_KEY: LINK_KEY,
  CATNAP_WAKE_URL: wakeUrl,
  CATNAP_MAIL_FROM: 'Catnap <catnap@example.com>',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_ENDPOINT_URL: cloudUrl,
  AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
})
