import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { CfnApi, CfnApiMapping, CfnDomainName, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { domainFor, type GatewayDomain } from './fronts-plan.ts'
import { arnAt, placeOf } from './layout.ts'

export interface GatewayProps {
  readonly wake: IFunction
  readonly domains: readonly GatewayDomain[]
}

/** What an alias record leads to. */
export interface AliasTarget {
  readonly dnsName: string
  readonly hostedZoneId: string
}

/** What is kept of a request. No query: signed links are in it. */
const LOGGED = {
  time: '$context.requestTime', host: '$context.domainName', method: '$context.httpMethod', path: '$context.path', status: '$context.status',
  milliseconds: '$context.responseLatency', ip: '$context.identity.sourceIp', request: '$context.requestId',
}

/** An HTTP API before the wake function, which answers under the hosts' own names: the second of a pair of failover records. */
export class Gateway extends Construct {
  readonly #domains: readonly GatewayDomain[]
  readonly #targets: ReadonlyMap<string, AliasTarget>

  constructor(scope: Construct, id: string, { wake, domains }: GatewayProps) {
    super(scope, id)
    const api = this.#serve(wake)
    this.#domains = domains
    this.#targets = new Map(domains.map((domain) => [domain.domain, this.#name(domain, api)]))
  }

  /** Where the records of a host lead. Throws for a host no domain covers, which readPlan has refused. */
  targetFor(host: string): AliasTarget {
    const target = this.#targets.get(domainFor(host, this.#domains)?.domain ?? '')
    if (target === undefined) throw new RangeError(`no domain of the HTTP API covers ${host}: found ${[...this.#targets.keys()].join(', ')}, expected it or its wildcard`)
    return target
  }

  /** Only under the names it is given: what the address of the API itself would answer, the Function URL does. */
  #serve(wake: IFunction): CfnStage {
    const api = new CfnApi(this, 'Api', { name: 'catnap', protocolType: 'HTTP', description: 'catnap: answers for environments that sleep', disableExecuteApiEndpoint: true })
    const integration = new CfnIntegration(this, 'Wake', { apiId: api.ref, integrationType: 'AWS_PROXY', integrationUri: wake.functionArn, payloadFormatVersion: '2.0' })
    const route = new CfnRoute(this, 'Route', { apiId: api.ref, routeKey: '$default', authorizationType: 'NONE', target: `integrations/${integration.ref}` })
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'who opens a sleeping environment has a browser and no AWS identity; `wake.by` of the intent says who may wake' })
    new CfnPermission(this, 'Permission', {
      functionName: wake.functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      sourceArn: arnAt(placeOf(Stack.of(this)), 'execute-api', `${api.ref}/*`),
    })
    const log = new LogGroup(this, 'Log', { logGroupName: '/aws/apigateway/catnap', retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY })
    return new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(LOGGED) },
    })
  }

  #name({ domain, certificate }: GatewayDomain, stage: CfnStage): AliasTarget {
    const id = domain.replace('*', 'all')
    const named = new CfnDomainName(this, `Domain-${id}`, {
      domainName: domain,
      domainNameConfigurations: [{ certificateArn: certificate, endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' }],
    })
    new CfnApiMapping(this, `Mapping-${id}`, { apiId: stage.apiId, domainName: named.ref, stage: stage.ref })
    new CfnOutput(this, `Address-${id}`, { value: named.attrRegionalDomainName, description: `what ${domain} points at, as a CNAME or an alias, while it is to be answered by the wake function` })
    return { dnsName: named.attrRegionalDomainName, hostedZoneId: named.attrRegionalHostedZoneId }
  }
}
