import { describe, expect, it } from 'vitest'
import type { FrontPlan } from '../../lib/domain/front/front.ts'
import { ingressLead, planServices, planServicesGone, readWakeAddress, type WakeAddress } from '../../lib/domain/front/ingress.ts'
import type { Ingress } from '../../lib/domain/front/ingress-object.ts'
import { lbcLead } from '../../lib/domain/front/lbc.ts'
import { type IngressLead, type IngressWish, planIngressesBack, planIngressesToWake } from '../../lib/domain/front/lead-ingresses.ts'
import type { Outcome } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { ContractWorld } from './contract-world.ts'

const HOST = 'shop.example.com'
const WISH: IngressWish = { environment: 'us-dev/shop', hosts: [HOST], why: 'the test' }
const LBC = lbcLead('arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake/6d0ecf831eec9f09')

const addressOf = (text: string): WakeAddress => {
  const address = readWakeAddress(text)
  if (address === undefined) throw new Error(`no wake address: ${text}`)
  return address
}
const FUNCTION_URL = addressOf('https://abc123.lambda-url.us-east-1.on.aws/')

/** Two hosts, two paths, a backend by name and one by number, an annotation of somebody's and one nobody knows. */
const shopIngress = (metadata: object = { annotations: { team: 'shop', 'example.com/unknown': '"quoted" / ~tilde' } }): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', ...metadata },
  spec: {
    rules: [HOST, 'other.example.com'].map((host) => ({
      host,
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
          { path: '/api', pathType: 'Exact', backend: { service: { name: 'api', port: { name: 'http' } } } },
        ],
      },
    })),
  },
})

const stepsOf = <Step>(plan: FrontPlan<Step>): readonly Step[] => {
  if ('problem' in plan) throw new Error(plan.problem)
  return plan.steps
}

/** Ingresses as the API server keeps and guards them, known annotations and unknown. */
export const ingressesContract = (world: () => ContractWorld): void => {
  const list = (namespace: string): Promise<readonly Ingress[]> => world().ingresses.list([namespace])
  const shown = async (namespace: string) => {
    const [ingress] = await world().admin.list('Ingress', namespace)
    return { spec: ingress?.spec, annotations: ingress?.metadata.annotations ?? {} }
  }
  const toWake = async (namespace: string, lead: IngressLead): Promise<readonly Outcome[]> =>
    Promise.all(stepsOf(planIngressesToWake(await list(namespace), lead, WISH)).map((step) => world().ingresses.change(step)))
  const back = async (namespace: string): Promise<readonly Outcome[]> =>
    Promise.all(stepsOf(planIngressesBack(await list(namespace), new Map(), WISH)).map((step) => world().ingresses.change(step)))

  describe('an Ingress', () => {
    it.each<readonly [string, IngressLead, object | undefined]>([
      ['lbc', LBC, undefined],
      ['lbc, without annotations before', LBC, {}],
      ['ingress over TLS', ingressLead(FUNCTION_URL, [HOST, 'other.example.com']), undefined],
    ])('is led to the wake function in one request, and back to what it was: %s', async (_, lead, metadata) => {
      const shop = await world().namespace()
      await world().create(shop, [shopIngress(metadata)])
      const before = await shown(shop)

      expect(await toWake(shop, lead)).toEqual([{ done: true }])
      const asleep = await shown(shop)
      expect(asleep.spec).toMatchObject({ rules: [{ host: HOST, http: { paths: [{ path: '/', backend: lead.backend }, { path: '/api', backend: lead.backend }] } }, (before.spec as { rules: readonly unknown[] }).rules[1]] })
      expect(asleep.annotations).toMatchObject({ ...before.annotations, 'catnap.dev/environment': 'us-dev/shop' })
      expect(JSON.parse(asleep.annotations['catnap.dev/original-backends'] ?? '')).toMatchObject({ backends: [{ host: HOST, path: '/' }, { host: HOST, path: '/api' }] })
      expect(await toWake(shop, lead)).toEqual([])

      expect(await back(shop)).toEqual([{ done: true }])
      expect(await shown(shop)).toEqual(before)
      expect(await back(shop)).toEqual([])
    })

    it('is not changed over what somebody did to it meanwhile', async () => {
      const shop = await world().namespace()
      await world().create(shop, [shopIngress()])
      const [step] = stepsOf(planIngressesToWake(await list(shop), LBC, WISH))
      if (step === undefined) throw new Error('nothing was planned')
      await world().admin.patch('Ingress', 'web', shop, { metadata: { annotations: { team: 'other' } } })
      const changed = await shown(shop)

      expect(await world().ingresses.change(step)).toMatchObject({ done: false, because: 'changed' })
      expect(await shown(shop)).toEqual(changed)
      await world().admin.remove('Ingress', 'web', shop)
      expect(await world().ingresses.change(step)).toMatchObject({ done: false, because: 'gone' })
    })

    it('leads to a Service of ours, which is made once, tells whose it is, and goes again', async () => {
      const shop = await world().namespace()
      await world().create(shop, [shopIngress()])
      const make = async () => Promise.all(stepsOf(planServices(await list(shop), await world().ingresses.services([shop]), 'us-dev/shop', FUNCTION_URL)).map((step) => world().ingresses.changeService(step)))

      expect(await make()).toEqual([{ done: true }])
      expect(await world().ingresses.services([shop])).toMatchObject([{ namespace: shop, environment: 'us-dev/shop', externalName: FUNCTION_URL.host, port: 443 }])
      expect(await make()).toEqual([])
      const again = await world().ingresses.changeService({ do: 'make-service', environment: 'us-dev/shop', namespace: shop, address: FUNCTION_URL })
      expect(again).toMatchObject({ done: false, because: 'changed' })

      const [gone, ...others] = planServicesGone(await world().ingresses.services([shop]), 'us-dev/shop')
      if (gone === undefined || others.length > 0) throw new Error('expected one Service to go')
      expect(await world().ingresses.changeService(gone)).toEqual({ done: true })
      expect(await world().ingresses.services([shop])).toEqual([])
      expect(await world().ingresses.changeService(gone)).toMatchObject({ done: false, because: 'gone' })
    })
  })
}
