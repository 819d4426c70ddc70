import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * Signs POST requests to a service whose client we do not carry, with the caller's credentials, and knows what sends them.
 * Without a region, the caller's own.
 */
export const requestSigner = (service: string, given?: string) => {
  // Never sent anything: it is how the SDK finds region and credentials and keeps connections, and it is in every bundle.
  const { config: { region, credentials, sha256, requestHandler } } = new DynamoDBClient(given === undefined ? {} : { region: given })
  const signer = new SignatureV4({ service, region, credentials, sha256 })
  return {
    region,
    requestHandler,
    sign: ({ protocol, hostname, host, port, pathname }: URL, headers: Readonly<Record<string, string>>, body: string) =>
      signer.sign({ method: 'POST', protocol, hostname, ...(port === '' ? {} : { port: Number(port) }), path: pathname, query: {}, body, headers: { host, ...headers } }),
  }
}
