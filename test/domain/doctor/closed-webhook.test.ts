import { describe, expect, it } from 'vitest'
import type { SeenWebhook } from '../../../lib/domain/doctor/seen-webhook.ts'
import { checkupWith, findingsOf, patientWith, podWith } from './build-checkup.ts'

const webhookWith = (changes: Partial<SeenWebhook> = {}): SeenWebhook => ({
  configuration: 'ValidatingWebhookConfiguration', name: 'policy', webhook: 'pods.policy.example.com', index: 1, service: { namespace: 'shop', name: 'policy' },
  namespaceSelector: [], objectSelector: [], scopes: [{ groups: [''], resources: ['pods'], operations: ['CREATE'] }], conditional: false, ...changes,
})
const found = (webhook: SeenWebhook, changes: Parameters<typeof checkupWith>[0] = {}) => findingsOf('closed-webhook', checkupWith({ looks: { webhooks: { seen: [webhook] } }, ...changes }))
const notIn = (namespace: string) => [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] }]

describe('a webhook that fails closed', () => {
  it('hinders the wake of its own environment: it waits for itself', () => {
    expect(found(webhookWith())).toMatchObject([{
      severity: 'hinders', environment: 'us-dev/shop', subject: 'ValidatingWebhookConfiguration policy',
      found: 'webhook pods.policy.example.com fails closed and asks Service shop/policy, which sleeps with this environment; it is asked about CREATE pods in shop, blog',
      means: 'its own pods may not be created while it is away: the wake waits for the webhook, and the webhook for the wake',
    }])
    expect(found(webhookWith())[0]?.remedy).toContain(`kubectl patch validatingwebhookconfiguration policy --type=json -p '[{"op":"add","path":"/webhooks/1/failurePolicy","value":"Ignore"}]'`)
  })

  it('hinders others even where it leaves its own namespace alone', () => {
    expect(found(webhookWith({ namespaceSelector: notIn('shop') }))).toMatchObject([{ severity: 'hinders', means: 'while it sleeps the API server refuses these in blog, awake or not' }])
  })

  it.each([
    ['asks an address outside of the cluster', { service: undefined }],
    ['is asked about nothing that a sleep or a wake does', { scopes: [{ groups: ['cert-manager.io'], resources: ['*'], operations: ['*'] }] }],
    ['is asked about changes of pods only', { scopes: [{ groups: [''], resources: ['pods'], operations: ['UPDATE'] }] }],
    ['serves from a namespace that stays awake', { service: { namespace: 'policy', name: 'policy' } }],
    ['reaches no namespace', { namespaceSelector: [{ key: 'team', operator: 'In', values: ['nobody'] }] }],
  ])('is let be where it %s', (_, changes) => {
    expect(found(webhookWith(changes))).toEqual([])
  })

  it('counts all that is scaled, by wildcards as well', () => {
    const everything = [{ groups: ['*'], resources: ['*'], operations: ['*'] }]
    expect(found(webhookWith({ scopes: everything }))[0]?.found).toContain('asked about pods and everything that is scaled')
    expect(found(webhookWith({ scopes: [{ groups: ['apps'], resources: ['deployments'], operations: ['UPDATE'] }] }))[0]?.found).toContain('asked about UPDATE deployments')
    expect(found(webhookWith({ scopes: [{ groups: ['apps'], resources: ['deployments/scale'], operations: ['UPDATE'] }] }))).toEqual([])
  })

  it('counts for what its objectSelector selects', () => {
    const objectSelector = [{ key: 'app', operator: 'In', values: ['web'] }]
    const looks = { webhooks: { seen: [webhookWith({ objectSelector })] }, pods: { seen: [podWith()] } }
    expect(findingsOf('closed-webhook', checkupWith({ looks }))[0]?.found).toContain('in shop')
    expect(findingsOf('closed-webhook', checkupWith({ looks: { ...looks, pods: { seen: [podWith({ labels: {} })] } } }))).toEqual([])
  })

  it('only weakens where its matchConditions may leave things out', () => {
    expect(found(webhookWith({ conditional: true }))).toMatchObject([{ severity: 'weakens' }])
  })

  it('is a note in a cluster that sleeps whole, unless it waits for itself', () => {
    const outside = { cluster: { ...checkupWith().cluster, whole: true }, namespaces: { seen: ['shop', 'policy'].map((name) => ({ name, labels: {}, terminating: false })) } }
    const service = { namespace: 'policy', name: 'policy' }
    expect(found(webhookWith({ service, namespaceSelector: notIn('policy') }), outside)).toMatchObject([{ severity: 'note', advice: expect.stringContaining('tried again') }])
    expect(found(webhookWith({ service }), outside)).toMatchObject([{ severity: 'hinders' }])
  })

  it('is judged by names alone where namespaces may not be seen', () => {
    expect(found(webhookWith(), { namespaces: { unseen: '403' }, patients: [patientWith()] })).toMatchObject([{ severity: 'hinders' }])
  })
})
