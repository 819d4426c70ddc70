import { AppsV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { configOf, refusal } from './client-of.ts'
import { deploymentOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const web = { name: 'web', namespace: 'shop' }

const setUp = async () => {
  const { cluster } = await startCluster()
  cluster.apply([deploymentOf('web', { replicas: 3 })])
  const apps = configOf(cluster).makeApiClient(AppsV1Api)
  const patch = (strategy: string, body: unknown) =>
    apps.patchNamespacedDeployment({ ...web, body }, setHeaderOptions('Content-Type', strategy))
  return { apps, patch, read: () => apps.readNamespacedDeployment(web) }
}

describe('JSON patch', () => {
  it('changes replicas and annotations in one request while the test holds', async () => {
    const { patch } = await setUp()
    const patched = await patch(PatchStrategy.JsonPatch, [
      { op: 'test', path: '/spec/replicas', value: 3 },
      { op: 'test', path: '/metadata/generation', value: 1 },
      { op: 'add', path: '/metadata/annotations', value: { 'catnap.dev/original': '{"replicas":3}' } },
      { op: 'replace', path: '/spec/replicas', value: 0 },
    ])
    expect(patched).toMatchObject({ spec: { replicas: 0 }, metadata: { generation: 2 } })
    expect(patched.metadata?.annotations).toEqual({ 'catnap.dev/original': '{"replicas":3}' })
  })

  it.each([
    [
      'a test fails',
      [
        { op: 'test', path: '/spec/replicas', value: 9 },
        { op: 'replace', path: '/spec/replicas', value: 0 },
      ],
    ],
    ['a tested path is missing', [{ op: 'test', path: '/metadata/annotations/none', value: 'x' }]],
    ['a path to remove is missing', [{ op: 'remove', path: '/metadata/annotations/none' }]],
    ['a path to replace is missing', [{ op: 'replace', path: '/spec/none', value: 1 }]],
    ['a path is no pointer', [{ op: 'remove', path: 'spec' }]],
    ['the result has a field of the wrong type', [{ op: 'add', path: '/metadata/labels', value: [1] }]],
    ['the operation is unknown', [{ op: 'swap', path: '/spec/replicas' }]],
  ])('is refused as a whole when %s', async (_, operations) => {
    const { patch, read } = await setUp()
    const before = await read()
    expect(await refusal(patch(PatchStrategy.JsonPatch, operations))).toMatchObject({
      code: 422,
      reason: 'Invalid',
    })
    expect(await read()).toEqual(before)
  })

  it('is refused in the few words the API server has for it', async () => {
    const { patch } = await setUp()
    const answer = await refusal(patch(PatchStrategy.JsonPatch, [{ op: 'test', path: '/spec/replicas', value: 9 }]))
    expect(answer.message).toBe('the server rejected our request due to an error in our request')
  })

  it('is refused when it is no list of operations', async () => {
    const { patch } = await setUp()
    const answer = await refusal(patch(PatchStrategy.JsonPatch, { spec: {} }))
    expect(answer).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  it('cannot rename, nor give another uid', async () => {
    const { patch } = await setUp()
    const rename = patch(PatchStrategy.JsonPatch, [{ op: 'replace', path: '/metadata/name', value: 'other' }])
    expect(await refusal(rename)).toMatchObject({ code: 400 })
    const reidentify = patch(PatchStrategy.JsonPatch, [{ op: 'replace', path: '/metadata/uid', value: 'x' }])
    expect(await refusal(reidentify)).toMatchObject({
      code: 422,
      message: 'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    })
  })
})

describe('merge patch', () => {
  it('merges maps, removes what is null and takes the default where a field is gone', async () => {
    const { patch } = await setUp()
    await patch(PatchStrategy.MergePatch, { metadata: { annotations: { a: '1', b: '2' } } })
    const body = { metadata: { annotations: { a: null } }, spec: { replicas: null } }
    const patched = await patch(PatchStrategy.MergePatch, body)
    expect(patched.metadata?.annotations).toEqual({ b: '2' })
    expect(patched.spec?.replicas).toBe(1)
  })

  it('is refused with a resourceVersion that is not the stored one', async () => {
    const { patch, read } = await setUp()
    const resourceVersion = (await read()).metadata?.resourceVersion
    const body = { metadata: { resourceVersion }, spec: { replicas: 2 } }
    expect((await patch(PatchStrategy.MergePatch, body)).spec?.replicas).toBe(2)
    expect(await refusal(patch(PatchStrategy.MergePatch, body))).toMatchObject({ code: 409, reason: 'Conflict' })
  })

  it('makes no new version when nothing changes', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    expect(await patch(PatchStrategy.MergePatch, { spec: { replicas: 3 } })).toEqual(before)
  })

  it('leaves the status alone', async () => {
    const { patch, read } = await setUp()
    await patch(PatchStrategy.MergePatch, { status: { replicas: 99 } })
    expect((await read()).status?.replicas).toBeUndefined()
  })
})

describe('strategic merge patch', () => {
  it('merges containers by their name', async () => {
    const { patch } = await setUp()
    const containers = [{ name: 'main', image: 'web:2' }]
    const patched = await patch(PatchStrategy.StrategicMergePatch, { spec: { template: { spec: { containers } } } })
    expect(patched.spec?.template.spec?.containers).toMatchObject([
      { name: 'main', image: 'web:2', resources: { requests: { cpu: '500m' } } },
    ])
  })
})

it('refuses any other kind of patch with the kinds it takes', async () => {
  const { patch } = await setUp()
  expect(await refusal(patch('application/json', {}))).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
})
