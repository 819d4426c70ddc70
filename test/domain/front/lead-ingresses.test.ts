import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FrontPlan } from '../../../lib/domain/front/front.ts'
import { ingressLead, planServices, planServicesGone, readWakeAddress, serviceAnnotations, type WakeAddress } from '../../../lib/domain/front/ingress.ts'
import { ingressKey, type Ingress, type IngressStep, sayIngressStep } from '../../../lib/domain/front/ingress-object.ts'
import { lbcLead } from '../../../lib/domain/front/lbc.ts'
import { type IngressLead, type IngressWish, planIngressesBack, planIngressesToWake } from '../../../lib/domain/front/lead-ingresses.ts'
import { applyIngressStep, backendFor, ingressWith, service } from './build-ingress.ts'
import { WAKE_GROUP } from './build-rule.ts'

const wish: IngressWish = { environment: 'us-dev/shop', hosts: ['shop.example.com'], why: 'hours are over' }
const LBC = lbcLead(WAKE_GROUP)
const ACTION = 'alb.ingress.kubernetes.io/actions.catnap-wake'
const nothing = new Map<string, never>()

const addressOf = (text: string): WakeAddress => {
  const address = readWakeAddress(text)
  if (address === undefined) throw new Error(`no wake address: ${text}`)
  return address
}
const PLAIN = addressOf('http://internal-catnap.example.com/')
const FUNCTION_URL = addressOf('https://abc123.lambda-url.us-east-1.on.aws/')

const stepsOf = <Step>(plan: FrontPlan<Step>): readonly Step[] => {
  if ('problem' in plan) throw new Error(plan.problem)
  return plan.steps
}
const problemOf = (plan: FrontPlan<unknown>): string => ('problem' in plan ? plan.problem : '')
const led = (ingresses: readonly Ingress[], lead: IngressLead, meant = wish): readonly Ingress[] => stepsOf(planIngressesToWake(ingresses, lead, meant)).reduce(applyIngressStep, ingresses)
const onlyStep = (plan: FrontPlan<IngressStep>): IngressStep => {
  const [step, ...others] = stepsOf(plan)
  if (step === undefined || others.length > 0) throw new Error(`expected one step, found ${stepsOf(plan).length}`)
  return step
}

describe('an Ingress of the AWS Load Balancer Controller', () => {
  it('forwards to the wake function, and keeps its Services in the action so that their target groups stay', () => {
    const step = onlyStep(planIngressesToWake([ingressWith({ className: 'alb' })], LBC, wish))

    expect(step.backends).toEqual([{ pointer: '/spec/rules/0/http/paths/0/backend', backend: { service: { name: 'catnap-wake', port: { name: 'use-annotation' } } } }])
    expect(JSON.parse(step.annotations[ACTION] ?? '')).toEqual({
      type: 'forward',
      forwardConfig: { targetGroups: [{ targetGroupARN: WAKE_GROUP, weight: 1 }, { serviceName: 'web', servicePort: 80, weight: 0 }] },
    })
    expect(sayIngressStep(step)).toBe('lead 1 backend of Ingress shop/web to the wake function (hours are over; undone by Service web:80)')
  })

  it('keeps at most four Services, each once, and no action of its own', () => {
    const names = ['a', 'b', 'a', 'c', 'd', 'e']
    const redirect = { service: { name: 'ssl-redirect', port: { name: 'use-annotation' } } }
    const backends = [redirect, ...names.map((name) => service(name))].map((backend, index) => backendFor('shop.example.com', backend, { path: `/${index}`, index }))
    const step = onlyStep(planIngressesToWake([ingressWith({ backends })], LBC, wish))

    expect([...(step.annotations[ACTION] ?? '').matchAll(/"serviceName":"(\w+)"/g)].map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd'])
    expect(step.original.backends.map(({ backend }) => backend.service?.name)).toEqual(['ssl-redirect', ...names])
  })
})

describe('an Ingress of another class', () => {
  it('leads to a Service of ours, and needs nothing else over plain HTTP', () => {
    const step = onlyStep(planIngressesToWake([ingressWith()], ingressLead(PLAIN, wish.hosts), wish))

    expect(step.backends).toMatchObject([{ backend: { service: { name: 'catnap-wake', port: { number: 80 } } } }])
    expect(step.annotations).toEqual({})
    expect(serviceAnnotations(PLAIN)).toEqual({})
  })

  it('tells ingress-nginx and Traefik of TLS, and of a Host that a Function URL takes', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS', 'nginx.ingress.kubernetes.io/upstream-vhost': 'abc123.lambda-url.us-east-1.on.aws' }

    expect(onlyStep(planIngressesToWake([ingressWith()], ingressLead(FUNCTION_URL, wish.hosts), wish)).annotations).toEqual(annotations)
    expect(serviceAnnotations(FUNCTION_URL)).toEqual({ 'traefik.ingress.kubernetes.io/service.serversscheme': 'https', 'traefik.ingress.kubernetes.io/service.passhostheader': 'false' })
    const balancer = ingressLead(addressOf('https://internal-catnap.us-east-1.elb.amazonaws.com'), wish.hosts)
    expect(onlyStep(planIngressesToWake([ingressWith()], balancer, wish)).annotations).toEqual({ 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' })
  })

  it('is refused where the controller does not follow such a Service, or another host would be led along', () => {
    const shared = ingressWith({ backends: [backendFor('shop.example.com', service('web')), backendFor('blog.example.com', service('blog'), { rule: 1 })] })

    expect(problemOf(planIngressesToWake([ingressWith({ className: 'alb' })], ingressLead(PLAIN, wish.hosts), wish))).toMatch(/say front: lbc/)
    expect(problemOf(planIngressesToWake([shared], ingressLead(FUNCTION_URL, wish.hosts), wish))).toMatch(/also leads blog.example.com/)
    expect(stepsOf(planIngressesToWake([shared], ingressLead(PLAIN, wish.hosts), wish))).toHaveLength(1)
  })

  it.each([['ftp://x', undefined], ['http://x/path', undefined], ['', undefined], ['http://LOCALHOST:4780/', { host: 'localhost', port: 4780, tls: false, ownHostOnly: false }], ['https://a.execute-api.eu-west-1.amazonaws.com', { host: 'a.execute-api.eu-west-1.amazonaws.com', port: 443, tls: true, ownHostOnly: true }]])(
    'reads the wake address %j', (text, address) => {
      expect(readWakeAddress(text)).toEqual(address)
    })

  const ours = { namespace: 'shop', uid: 'u', environment: 'us-dev/shop', externalName: PLAIN.host, port: 80 }

  it('makes its Service in each namespace with such an Ingress, and anew where the address is another', () => {
    expect(stepsOf(planServices([ingressWith(), ingressWith()], [], 'us-dev/shop', PLAIN))).toEqual([{ do: 'make-service', environment: 'us-dev/shop', namespace: 'shop', address: PLAIN }])
    expect(stepsOf(planServices([ingressWith()], [ours], 'us-dev/shop', PLAIN))).toEqual([])
    expect(stepsOf(planServices([ingressWith()], [{ ...ours, externalName: 'old' }], 'us-dev/shop', PLAIN)).map((step) => step.do)).toEqual(['remove-service', 'make-service'])
  })

  it('touches no Service of that name that is somebody else’s', () => {
    const { environment: _, ...theirs } = ours

    expect(problemOf(planServices([ingressWith()], [theirs], 'us-dev/shop', PLAIN))).toMatch(/none of Catnap’s/)
    expect(planServicesGone([theirs, { ...ours, environment: 'us-dev/blog' }], 'us-dev/shop')).toEqual([])
    expect(planServicesGone([ours], 'us-dev/shop')).toHaveLength(1)
  })
})

describe('Ingresses led to the wake function', () => {
  it('are those with a rule for one of the hosts, in any case, and only these rules', () => {
    const ingress = ingressWith({ backends: [backendFor('Shop.example.com', service('web')), backendFor('blog.example.com', service('blog'), { rule: 1 })] })

    expect(onlyStep(planIngressesToWake([ingress, ingressWith({ name: 'blog', backends: [backendFor('blog.example.com', service('blog'))] })], LBC, wish)).backends).toHaveLength(1)
  })

  it('are named by the intent where their rules name no host', () => {
    const ingress = ingressWith({ backends: [{ pointer: '/spec/defaultBackend', backend: service('web') }] })

    expect(problemOf(planIngressesToWake([ingress], LBC, wish))).toMatch(/no Ingress leads shop.example.com: .* name it as ingress/)
    expect(onlyStep(planIngressesToWake([ingress], LBC, { ...wish, ingress: 'web' })).backends.map(({ pointer }) => pointer)).toEqual(['/spec/defaultBackend'])
  })

  it('are not taken for led when somebody leads them back while the environment falls asleep', () => {
    const [first] = led([ingressWith()], LBC)
    const put = { ...first, backends: [backendFor('shop.example.com', service('web'))] } as Ingress

    expect(problemOf(planIngressesToWake([put], LBC, wish))).toMatch(/somebody led it back .* hold what writes it/)
  })

  it('go back to what they were, by the mark or by the table', () => {
    const ingress = ingressWith({ annotations: { 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPC', team: 'shop' } })
    const lead = ingressLead(FUNCTION_URL, wish.hosts)
    const step = onlyStep(planIngressesToWake([ingress], lead, wish))
    const asleep = led([ingress], lead)
    const back = stepsOf(planIngressesBack(asleep, nothing, wish)).reduce(applyIngressStep, asleep)
    expect(back).toEqual([ingress])

    const unmarked = asleep.map(({ mark: _mark, ...rest }) => rest)
    expect(stepsOf(planIngressesBack(unmarked, new Map([[ingressKey(ingress), step.original]]), wish)).reduce(applyIngressStep, unmarked)).toEqual([ingress])
    expect(problemOf(planIngressesBack(unmarked, nothing, wish))).toMatch(/nobody knows what was there; set that backend by hand/)
  })

  it('keep what a person changed meanwhile: a backend, an annotation, the order of rules', () => {
    const before = ingressWith({ backends: [backendFor('shop.example.com', service('web')), backendFor('shop.example.com', service('api'), { path: '/api', index: 1 })] })
    const [asleep] = led([before], ingressLead(FUNCTION_URL, wish.hosts))
    if (asleep === undefined) throw new Error('no Ingress')
    const [web, api] = asleep.backends
    if (web === undefined || api === undefined) throw new Error('no backends')
    const changed: Ingress = {
      ...asleep,
      annotations: { ...asleep.annotations, 'nginx.ingress.kubernetes.io/upstream-vhost': 'mine.example.com' },
      backends: [{ ...api, pointer: web.pointer }, { ...web, pointer: api.pointer, backend: service('maintenance') }],
    }
    const step = onlyStep(planIngressesBack([changed], nothing, wish))

    expect(step.backends).toEqual([{ pointer: web.pointer, backend: service('api') }])
    expect(step.annotations).toEqual({ 'nginx.ingress.kubernetes.io/backend-protocol': null })
  })

  it('only lose their mark where a person led all of it back', () => {
    const [asleep] = led([ingressWith()], LBC)
    const put = { ...asleep, backends: [backendFor('shop.example.com', service('canary'))] } as Ingress
    const step = onlyStep(planIngressesBack([put], nothing, wish))

    expect(step.backends).toEqual([])
    expect(sayIngressStep(step)).toMatch(/^keep the backends of Ingress shop\/web, as somebody set them/)
  })
})

const anyBackend = fc.oneof(
  fc.record({ name: fc.constantFrom('web', 'api', 'cart'), number: fc.constantFrom(80, 8080) }).map(({ name, number }) => service(name, number)),
  fc.constant({ service: { name: 'web', port: { name: 'http' } } }),
  fc.constant({ resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'static' } }),
)
const anyIngress = fc.record({
  backends: fc.array(fc.tuple(fc.constantFrom('shop.example.com', 'blog.example.com'), anyBackend), { minLength: 1, maxLength: 5 }),
  annotations: fc.dictionary(fc.constantFrom('team', ACTION, 'nginx.ingress.kubernetes.io/backend-protocol'), fc.constantFrom('a', 'HTTPS', '')),
}).map(({ backends, annotations }) => ingressWith({
  annotations: { ...annotations },
  backends: [backendFor('shop.example.com', service('web'), { path: '/first' }), ...backends.map(([host, backend], index) => backendFor(host, backend, { path: `/${index}`, index: index + 1 }))],
}))

describe('whatever an Ingress is', () => {
  it.each([['lbc', LBC], ['ingress', ingressLead(PLAIN, wish.hosts)], ['ingress over TLS', ingressLead(FUNCTION_URL, ['shop.example.com', 'blog.example.com'])]] as const)(
    'nothing is left to do once it is led there, and back it is as before: %s', (_, lead) => {
      fc.assert(fc.property(anyIngress, (ingress) => {
        const asleep = led([ingress], lead)
        expect(stepsOf(planIngressesToWake(asleep, lead, wish))).toEqual([])
        const back = stepsOf(planIngressesBack(asleep, nothing, wish)).reduce(applyIngressStep, asleep)
        expect(back).toEqual([ingress])
        expect(stepsOf(planIngressesBack(back, nothing, wish))).toEqual([])
      }), { seed: 20261122, numRuns: 200 })
    })
})
