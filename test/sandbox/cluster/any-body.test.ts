import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  dictionary,
  letrec,
  oneof,
  property,
  record,
} from 'fast-check'
import { expect, it } from 'vitest'
import { instant } from '../../../lib/domain/time.ts'
import { ApiServer } from '../../../lib/sandbox/cluster/api-server.ts'
import { asCreated } from '../../../lib/sandbox/cluster/create-object.ts'
import { ObjectStore } from '../../../lib/sandbox/cluster/object-store.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { budgetOf, cronJobOf, deploymentOf, podOf, statefulSetOf } from './manifests-of.ts'

const targets = [
  ['/apis/apps/v1/namespaces/shop/deployments/x', deploymentOf('x')],
  ['/apis/apps/v1/namespaces/shop/statefulsets/x', statefulSetOf('x')],
  ['/apis/batch/v1/namespaces/shop/cronjobs/x', cronJobOf('x', '* * * * *')],
  ['/api/v1/namespaces/shop/pods/x', podOf('x')],
  ['/apis/policy/v1/namespaces/shop/poddisruptionbudgets/x', budgetOf('x', 'x', { minAvailable: 1 })],
] as const

const fields =
  'metadata spec status replicas template labels annotations containers selector name schedule jobTemplate ' +
  'ownerReferences finalizers tolerations strategy minAvailable 0 -'
const field = constantFrom(...fields.split(' '))
const { value } = letrec((tie) => ({
  value: oneof(
    { depthSize: 'small' },
    constantFrom<unknown>(null, true, -1, 2, '50%', 'x'),
    array(tie('value'), { maxLength: 3 }),
    dictionary(field, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const pointer = array(field, { maxLength: 4 }).map((names) => names.map((name) => `/${name}`).join(''))
const operation = record({
  op: constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy', 'swap'),
  path: pointer,
  from: pointer,
  value,
})
const request = record({
  method: constantFrom('PATCH', 'PUT', 'DELETE', 'POST'),
  part: constantFrom('', '/status', '/scale', '/eviction'),
  mediaType: constantFrom('json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'json'),
  body: oneof(array(operation, { maxLength: 3 }), value),
})

type Target = (typeof targets)[number]
type Sent = typeof request extends Arbitrary<infer T> ? T : never

it('answers whatever it is sent, and never with a failure of its own', () => {
  const timeline = new Timeline(instant('2026-11-23T08:00:00Z'))
  const answer = ([path, object]: Target, sent: Sent): void => {
    const store = new ObjectStore('test', () => timeline.now())
    store.create(asCreated({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }))
    store.create(asCreated(object))
    const { code } = new ApiServer(store, timeline).handle({
      identity: { user: 'admin', groups: ['system:masters'] },
      method: sent.method,
      path: sent.method === 'POST' && sent.part === '' ? path.slice(0, -2) : `${path}${sent.part}`,
      query: new URLSearchParams(),
      contentType: `application/${sent.mediaType}`,
      body: sent.body,
    })
    expect(code).toBeLessThan(500)
  }
  assert(property(constantFrom(...targets), request, answer), { numRuns: 2000 })
})
