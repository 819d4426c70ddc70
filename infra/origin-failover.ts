import { CfnOutput, Fn, Names, Validations } from 'aws-cdk-lib'
import { CachePolicy, CfnDistribution, CfnFunction, OriginRequestPolicy } from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'
import { type OriginPlan } from './fronts-plan.ts'
import { ORIGINS, VIEWER_FUNCTION } from './viewer-function.ts'

export interface OriginFailoverProps {
  readonly origin: OriginPlan
  readonly wakeUrl: string
}

/** Neither origin is far, and a person waits: a dead one is given up after 3 s instead of after three times 10. */
const connect = { connectionAttempts: 1, connectionTimeout: 3 }
const overTls = { originProtocolPolicy: 'https-only', originSslProtocols: ['TLSv1.2'] }

/** CloudFront would keep an error for ten seconds, and with it the wake page. */
const errorsUnkept = [400, 403, 404, 500, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 }))

/**
 * CloudFront before one environment: its own origin first, the wake Function URL where that answers 502, 503 or 504, or not.
 *
 * No origin access control: it signs what CloudFront sends on, bodies included, and so wants the hash of a body from the
 * browser (`x-amz-content-sha256`), which the form of a page without script cannot give; and the URL answers people by
 * itself anyway.
 */
export class OriginFailover extends Construct {
  constructor(scope: Construct, id: string, { origin: { host, origin, certificate }, wakeUrl }: OriginFailoverProps) {
    super(scope, id)
    const viewer = new CfnFunction(this, 'Viewer', {
      name: Names.uniqueResourceName(this, { maxLength: 64 }),
      autoPublish: true,
      functionCode: VIEWER_FUNCTION,
      functionConfig: { comment: 'catnap: the environment first, and the wake page where it does not answer', runtime: 'cloudfront-js-2.0' },
    })
    const distribution = new CfnDistribution(this, 'Distribution', {
      distributionConfig: {
        comment: `catnap: ${host}`,
        enabled: true,
        aliases: [host],
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        viewerCertificate: { acmCertificateArn: certificate, sslSupportMethod: 'sni-only', minimumProtocolVersion: 'TLSv1.2_2021' },
        origins: [
          { id: ORIGINS.environment, domainName: origin, ...connect, customOriginConfig: overTls },
          {
            id: ORIGINS.wake,
            domainName: Fn.select(2, Fn.split('/', wakeUrl)),
            ...connect,
            customOriginConfig: overTls,
            // Ours alone: CloudFront puts it over whatever a visitor sends. lib/adapters/http/read-visit.ts reads it.
            originCustomHeaders: [{ headerName: 'catnap-front', headerValue: 'failover' }],
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: ORIGINS.environment,
          viewerProtocolPolicy: 'redirect-to-https',
          allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          compress: true,
          cachePolicyId: CachePolicy.CACHING_DISABLED.cachePolicyId,
          // A Function URL answers to its own name alone.
          originRequestPolicyId: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER.originRequestPolicyId,
          functionAssociations: [{ eventType: 'viewer-request', functionArn: viewer.attrFunctionArn }],
        },
        customErrorResponses: errorsUnkept,
      },
    })
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'where the people of an environment live is not Catnap’s to say' },
      { id: 'AwsSolutions-CFR2', reason: 'what the environment accepts is for its owner to say; the wake function takes a few parameters and limits its concurrency' },
      { id: 'AwsSolutions-CFR3', reason: 'access logs hold whole addresses, signed links among them' },
    )
    new CfnOutput(this, 'Address', { value: distribution.attrDomainName, description: `what ${host} points at, as a CNAME or an alias` })
  }
}
