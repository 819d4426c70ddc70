import { CoreV1Api } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { loadManifests } from '../../../lib/sandbox/cluster/manifests.ts'
import { configOf, refusal } from './client-of.ts'
import { configMapOf, deploymentOf, nodeOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const create = (core: CoreV1Api) =>
  core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'a' } } })

describe('fault hooks', () => {
  it('answer instead of the cluster', async () => {
    const busy = { status: 503, body: { reason: 'ServiceUnavailable' }, headers: { 'retry-after': '1' } }
    const { cluster } = await startCluster({ intercept: async ({ method }) => (method === 'POST' ? busy : undefined) })
    const answer = await refusal(create(configOf(cluster).makeApiClient(CoreV1Api)))
    expect(answer).toMatchObject({ code: 503, reason: 'ServiceUnavailable', headers: { 'retry-after': '1' } })
    expect(cluster.list('v1', 'ConfigMap')).toEqual([])
  })

  it('cut the connection before the cluster acts', async () => {
    const { cluster } = await startCluster({ intercept: async () => 'drop' })
    await expect(create(configOf(cluster).makeApiClient(CoreV1Api))).rejects.toThrow('fetch failed')
    expect(cluster.list('v1', 'ConfigMap')).toEqual([])
  })

  it('cut the connection after the cluster acted and before it answers', async () => {
    const seen: string[] = []
    const { cluster } = await startCluster({
      committed: async ({ method, path }) => {
        seen.push(`${method} ${path}`)
        return 'drop'
      },
    })
    await expect(create(configOf(cluster).makeApiClient(CoreV1Api))).rejects.toThrow('fetch failed')
    expect(cluster.list('v1', 'ConfigMap')).toHaveLength(1)
    expect(seen).toEqual(['POST /api/v1/namespaces/default/configmaps'])
  })
})

describe('listeners', () => {
  it('hear of every change with the object as it became', async () => {
    const { cluster, run } = await startCluster()
    const heard: string[] = []
    const stop = cluster.onChange(({ type, object }) => heard.push(`${type} ${object.kind}`))
    cluster.apply([configMapOf('a')])
    cluster.apply([configMapOf('a', { labels: { x: 'y' } })])
    cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'shop' })
    stop()
    cluster.apply([configMapOf('b')])
    await run(5)
    expect(heard).toEqual(['ADDED Namespace', 'ADDED ConfigMap', 'MODIFIED ConfigMap', 'DELETED ConfigMap'])
  })

  it('cannot change what they are given', async () => {
    const { cluster } = await startCluster()
    cluster.apply([deploymentOf('web')])
    const [web] = cluster.list('apps/v1', 'Deployment')
    expect(() => Object.assign(web?.spec as object, { replicas: 9 })).toThrow(TypeError)
  })
})

describe('manifests', () => {
  it('are read from many documents and lists', async () => {
    const text = [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }',
      '# nothing but a comment',
      'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Secret, metadata: { name: b } }',
    ].join('\n---\n')
    const read = loadManifests(text).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(read).toEqual(['ConfigMap a', 'Secret b'])
  })

  it.each([
    ['kind: ConfigMap', 'manifest 1 is no Kubernetes object'],
    ['a: [', 'manifest 1 is not YAML'],
    ['apiVersion: x/v1\nkind: Widget\nmetadata: { name: a }', 'does not serve this kind'],
  ])('are refused with the document to blame: %s', (text, message) => {
    expect(() => loadManifests(text)).toThrow(message)
  })
})

it('leaves nothing on the timeline once all is as it should be', async () => {
  const { cluster, run, timeline } = await startCluster()
  cluster.joinNode(nodeOf('n1'))
  cluster.apply([deploymentOf('web', { replicas: 3 })])
  await run(120)
  expect(timeline.next()).toBeUndefined()
})
