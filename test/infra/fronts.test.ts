import { describe, expect, test } from 'vitest'
import { VIEWER_FUNCTION } from '../../infra/viewer-function.ts'
import { balancerIn, certificateOf } from './fronts.ts'
import { list, ofType, type Synthesized, synthesize, text } from './synthesized.ts'

const SPOKE = '444455556666/eu-west-1'
const spokeWith = (changes: Readonly<Record<string, unknown>> = {}): Synthesized => {
  const [, spoke] = synthesize({ hub: '111122223333/us-east-1', spokes: { [SPOKE]: { balancer: balancerIn('eu-west-1', changes) } } })
  if (spoke === undefined) throw new Error('expected a hub and a spoke')
  return spoke
}
const hubWith = (context: Readonly<Record<string, unknown>>): Synthesized => {
  const [hub] = synthesize({ hub: '111122223333/us-east-1', ...context })
  if (hub === undefined) throw new Error('expected a hub')
  return hub
}
const functionNamed = (stack: Synthesized, name: string) => ofType(stack, 'AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === name)
const variablesOf = (stack: Synthesized, name: string) => {
  const { Variables } = Object(functionNamed(stack, name)?.['Environment']) as { Variables: Readonly<Record<string, unknown>> }
  return Variables
}

describe('a spoke’s balancer', () => {
  const spoke = spokeWith({ certificates: [certificateOf('eu-west-1', 'one'), certificateOf('eu-west-1', 'two')] })
  const [https, http] = ofType(spoke, 'AWS::ElasticLoadBalancingV2::Listener')

  test('stands where the context says, drops what is no header, and is open to the internet on two ports alone', () => {
    expect(ofType(spoke, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([expect.objectContaining({
      Name: 'catnap-public', Scheme: 'internet-facing', Type: 'application', Subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      LoadBalancerAttributes: [{ Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' }],
    })])
    const [group] = ofType(spoke, 'AWS::EC2::SecurityGroup')
    expect(group).toMatchObject({ VpcId: 'vpc-0123456789abcdef0' })
    expect(group?.['SecurityGroupIngress']).toEqual([443, 80].map((port) => expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: port, ToPort: port })))
  })

  test('speaks TLS 1.2 and 1.3 with a current policy, for all its certificates, and sends HTTP on to it', () => {
    expect(https).toMatchObject({ Port: 443, Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', Certificates: [{ CertificateArn: certificateOf('eu-west-1', 'one') }] })
    expect(ofType(spoke, 'AWS::ElasticLoadBalancingV2::ListenerCertificate')).toEqual([expect.objectContaining({ Certificates: [{ CertificateArn: certificateOf('eu-west-1', 'two') }] })])
    expect(http).toMatchObject({ Port: 80, DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }] })
  })

  test('leads who names no known host to the wake function, with every header as often as it came', () => {
    const [targets] = ofType(spoke, 'AWS::ElasticLoadBalancingV2::TargetGroup')
    expect(targets).toMatchObject({
      Name: 'catnap-wake', TargetType: 'lambda', HealthCheckEnabled: false,
      TargetGroupAttributes: [{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }],
    })
    expect(list(targets?.['Targets']).map((target) => text(Object(target)['Id'])).join()).toMatch(/^<DoorFunction\w+\.Arn>$/)
    expect(list(https?.['DefaultActions']).map(Object).map(({ Type, TargetGroupArn }) => `${Type} ${text(TargetGroupArn)}`)).toEqual([
      expect.stringMatching(/^forward <BalancerWakeTargets\w*\.TargetGroupArn>$/),
    ])
  })

  test('may start that function through this group alone, and only once it may is there a group', () => {
    const permissions = Object.entries(spoke.resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Permission')
    expect(permissions.map(([, { Properties }]) => [Properties['Principal'], Properties['SourceArn']])).toEqual([
      ['elasticloadbalancing.amazonaws.com', 'arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/catnap-wake/*'],
    ])
    const group = Object.values(spoke.resources).find(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::TargetGroup')
    expect(group?.DependsOn).toEqual([permissions[0]?.[0]])
  })

  test('is known to the worker that keeps its rules, and to nobody else', () => {
    const variables = variablesOf(spoke, 'catnap-reconcile')
    expect(text(variables['CATNAP_LISTENER_ARNS'])).toMatch(/^<BalancerHttps\w*\.ListenerArn>$/)
    expect(text(variables['CATNAP_WAKE_TARGET_GROUP_ARN'])).toMatch(/^<BalancerWakeTargets\w*\.TargetGroupArn>$/)
    for (const name of ['catnap-reclaim', 'catnap-observe', 'catnap-door']) expect(Object.keys(variablesOf(spoke, name))).not.toContain('CATNAP_LISTENER_ARNS')
  })

  test('has the wake function behind it, with the table of the hub and as many at once as in the hub', () => {
    expect(functionNamed(spoke, 'catnap-door')).toMatchObject({ Timeout: 10, ReservedConcurrentExecutions: 50 })
    expect(variablesOf(spoke, 'catnap-door')['CATNAP_TABLE']).toBe('arn:aws:dynamodb:us-east-1:111122223333:table/catnap')
    expect(ofType(spoke, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName)).toEqual(expect.arrayContaining(['catnap-door-errors', 'catnap-door-throttles', 'catnap-door-in-vain']))
  })

  test('knows the key of signed links in the hub’s own place, and elsewhere asks for none', () => {
    const here = synthesize({ linkKey: '/catnap/link-key', spokes: { [SPOKE]: { balancer: balancerIn('eu-west-1') } } })[1]
    const apart = synthesize({ linkKey: '/catnap/link-key', hub: '111122223333/us-east-1', spokes: { [SPOKE]: { balancer: balancerIn('eu-west-1') } } })[1]
    if (here === undefined || apart === undefined) throw new Error('expected spokes')
    expect(variablesOf(here, 'catnap-door')['CATNAP_LINK_KEY']).toBe('/catnap/link-key')
    expect(JSON.stringify(apart.resources)).not.toMatch(/parameter\/catnap\/link-key|CATNAP_LINK_KEY/)
  })

  test('for the inside is reached from private addresses, and keeps its log where it is told to', () => {
    const inside = spokeWith({ scheme: 'internal', logs: 'our-logs' })
    expect(ofType(inside, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([expect.objectContaining({
      Name: 'catnap-internal', Scheme: 'internal',
      LoadBalancerAttributes: expect.arrayContaining([{ Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.bucket', Value: 'our-logs' }]),
    })])
    expect(JSON.stringify(ofType(inside, 'AWS::EC2::SecurityGroup')[0]?.['SecurityGroupIngress'])).not.toContain('0.0.0.0/0')
  })

  test('is not there where nobody asked for one', () => {
    const [, plain] = synthesize()
    expect(JSON.stringify(plain?.resources)).not.toMatch(/ElasticLoadBalancing|elasticloadbalancing|Door|CATNAP_LISTENER/)
  })
})

describe('balancers that are not ours', () => {
  const [, spoke] = synthesize({ wakeUrl: 'https://abc.lambda-url.us-east-1.on.aws/', spokes: { [SPOKE]: { wakeTargetGroups: ['shop', 'cart'] } } })
  if (spoke === undefined) throw new Error('expected a hub and a spoke')

  test('each get a target group of their own, since one belongs to no second balancer, and its ARN is an output', () => {
    expect(ofType(spoke, 'AWS::ElasticLoadBalancingV2::TargetGroup').map(({ Name }) => Name)).toEqual(['catnap-wake-shop', 'catnap-wake-cart'])
    expect(ofType(spoke, 'AWS::Lambda::Permission').map(({ SourceArn }) => SourceArn)).toEqual(['shop', 'cart'].map((name) => `arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/catnap-wake-${name}/*`))
    expect(Object.keys(spoke.outputs)).toEqual(expect.arrayContaining(['WakeTargetGroupshop', 'WakeTargetGroupcart']))
    expect(ofType(spoke, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([])
  })

  test('are led to by Ingresses that the worker changes, which knows the wake address', () => {
    expect(variablesOf(spoke, 'catnap-reconcile')).toMatchObject({ CATNAP_WAKE_URL: 'https://abc.lambda-url.us-east-1.on.aws/' })
  })
})

const certificate = certificateOf('us-east-1')
const route = { zone: 'Z0123456789ABC', balancer: 'k8s-shop-1.us-east-1.elb.amazonaws.com', balancerZone: 'Z35SXDOTRQ7X7K' }

describe('the HTTP API', () => {
  const hub = hubWith({ gateway: { '*.example.com': certificate, 'shop.example.org': certificate } })

  test('hands everything to the wake function, under its own names only', () => {
    expect(ofType(hub, 'AWS::ApiGatewayV2::Api')).toEqual([expect.objectContaining({ ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true })])
    expect(ofType(hub, 'AWS::ApiGatewayV2::Route')).toEqual([expect.objectContaining({ RouteKey: '$default', AuthorizationType: 'NONE' })])
    expect(ofType(hub, 'AWS::ApiGatewayV2::Integration')).toEqual([expect.objectContaining({ PayloadFormatVersion: '2.0', IntegrationType: 'AWS_PROXY' })])
    expect(ofType(hub, 'AWS::ApiGatewayV2::DomainName').map(({ DomainName }) => DomainName)).toEqual(['*.example.com', 'shop.example.org'])
    expect(ofType(hub, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(2)
    const permission = ofType(hub, 'AWS::Lambda::Permission').find(({ Principal }) => Principal === 'apigateway.amazonaws.com')
    expect(text(permission?.['SourceArn'])).toMatch(/^arn:aws:execute-api:us-east-1:111122223333:<GatewayApi\w*>\/\*$/)
  })

  test('logs who asked for what, and no query: signed links are in it', () => {
    const [stage] = ofType(hub, 'AWS::ApiGatewayV2::Stage')
    const { Format } = Object(stage?.['AccessLogSettings']) as { Format: string }
    expect(Format).toContain('$context.path')
    expect(Format).not.toMatch(/query|protocolLine|requestLine/i)
  })
})

describe('failover by Route 53', () => {
  const records = ofType(hubWith({ gateway: { '*.example.com': certificate, 'shop.example.com': certificate }, routes: { 'shop.example.com': route } }), 'AWS::Route53::RecordSet')

  test('goes to the environment’s own balancer while that is healthy, and else to the HTTP API under the host’s nearest name', () => {
    expect(records).toEqual([
      expect.objectContaining({
        Name: 'shop.example.com', Type: 'A', HostedZoneId: route.zone, Failover: 'PRIMARY', SetIdentifier: 'environment',
        AliasTarget: { DNSName: route.balancer, HostedZoneId: route.balancerZone, EvaluateTargetHealth: true },
      }),
      expect.objectContaining({ Name: 'shop.example.com', Failover: 'SECONDARY', SetIdentifier: 'catnap-wake' }),
    ])
    const { DNSName, EvaluateTargetHealth } = Object(records[1]?.['AliasTarget']) as { DNSName: unknown; EvaluateTargetHealth: boolean }
    expect(text(DNSName)).toMatch(/^<GatewayDomainshopexamplecom\w*\.RegionalDomainName>$/)
    expect(EvaluateTargetHealth).toBe(false)
  })
})

/** What the function makes of a request: the ways it chose, and the host it hands on. */
const sent = (method: string, querystring: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, unknown>> = {}) => {
  const chosen: unknown[] = []
  const cf = { selectRequestOriginById: (id: string) => chosen.push(id), createRequestOriginGroup: (group: unknown) => chosen.push(group) }
  const [, body = ''] = VIEWER_FUNCTION.split("import cf from 'cloudfront'\n")
  const handler = new Function('cf', `${body}; return handler`)(cf) as (event: unknown) => { headers: Record<string, { value: string }> }
  const request = handler({ request: { method, uri: '/', querystring, headers: { host: { value: 'shop.example.com' }, ...headers } } })
  return { chosen, host: request.headers['x-forwarded-host']?.value }
}

describe('failover by CloudFront', () => {
  const hub = hubWith({ origins: { 'shop.example.com': { origin: 'shop-origin.example.com', certificate } } })
  const [distribution] = ofType(hub, 'AWS::CloudFront::Distribution').map(({ DistributionConfig }) => DistributionConfig as Readonly<Record<string, unknown>>)

  test('has the environment and the Function URL as origins, gives up a dead one soon, and keeps no error', () => {
    expect(distribution).toMatchObject({ Aliases: ['shop.example.com'], ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' } })
    expect(distribution?.['Origins']).toEqual([
      expect.objectContaining({ Id: 'environment', DomainName: 'shop-origin.example.com', ConnectionAttempts: 1, ConnectionTimeout: 3 }),
      expect.objectContaining({ Id: 'wake', OriginCustomHeaders: [{ HeaderName: 'catnap-front', HeaderValue: 'failover' }] }),
    ])
    expect(new Set(list(distribution?.['CustomErrorResponses']).map((each) => Object(each)['ErrorCachingMinTTL']))).toEqual(new Set([0]))
  })

  test('lets every method through to the application, hands on what visitors send save the host, and keeps nothing', () => {
    expect(distribution?.['DefaultCacheBehavior']).toMatchObject({
      TargetOriginId: 'environment', ViewerProtocolPolicy: 'redirect-to-https', AllowedMethods: expect.arrayContaining(['POST', 'DELETE']),
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    })
  })

  const GROUP = { originIds: [{ originId: 'environment' }, { originId: 'wake' }], failoverCriteria: { statusCodes: [502, 503, 504] } }

  test.each(['GET', 'HEAD', 'OPTIONS'])('asks the environment first with %s, and then Catnap', (method) => {
    expect(sent(method).chosen).toEqual([GROUP])
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('leaves %s to the application', (method) => {
    expect(sent(method).chosen).toEqual([])
  })

  test('brings the button of the page and signed links to Catnap at once', () => {
    expect(sent('POST', { 'catnap-post': { value: '' } }).chosen).toEqual(['wake'])
    expect([sent('GET', { 'catnap-link': { value: 'x' } }).chosen, sent('POST', { 'catnap-link': { value: 'x' } }).chosen]).toEqual([['wake'], ['wake']])
  })

  test('says which host was asked for, whatever the visitor says', () => {
    expect(sent('GET', {}, { 'x-forwarded-host': { value: 'evil.example' } }).host).toBe('shop.example.com')
  })
})
