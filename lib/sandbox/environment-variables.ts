import type { Balancers } from './cloud/balancers.ts'

/** The table's name, as infra/ gives it. */
export const TABLE = 'catnap'

/** The identity the functions have in the sandbox: the simulated cloud knows its secret and the clusters its access entry. */
export const CREDENTIALS = { accessKeyId: 'AKIASANDBOXCATNAP', secretAccessKey: 'sandbox' }

/** The identity of the people who run commands: an administrator of the clusters. */
export const OPERATOR = { accessKeyId: 'AKIASANDBOXOPERATOR', secretAccessKey: CREDENTIALS.secretAccessKey }

/** The parameter that holds the key of signed links. */
export const LINK_KEY = '/catnap/link-key'

/** The parameter that holds the address of the chat's webhook, and that address, which leads to the sandbox's own chat. */
export const WEBHOOK = { parameter: '/catnap/slack', address: 'https://hooks.chat.example.com/services/T00000000/B00000000/sandbox' }

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

/** Where the webhooks of the sandbox lead. */
export const chatVariables = (chatUrl: string): Readonly<Record<string, string>> => ({ CATNAP_ENDPOINT_URL_WEBHOOK: chatUrl })

/** What the workers find of the balancers in front of the clusters, as infra/ gives it to those of a spoke. */
export const frontVariables = ({ listenerArns, wakeTargetGroupArns }: Pick<Balancers, 'listenerArns' | 'wakeTargetGroupArns'>): Readonly<Record<string, string>> => ({
  CATNAP_LISTENER_ARNS: listenerArns.join(','),
  CATNAP_WAKE_TARGET_GROUP_ARN: wakeTargetGroupArns.join(','),
})
