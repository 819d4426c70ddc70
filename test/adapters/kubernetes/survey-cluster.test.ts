import { describe, expect, it } from 'vitest'
import { explainNodes } from '../../../lib/domain/drain/explain-nodes.ts'
import type { Survey } from '../../../lib/ports.ts'
import { deploymentOf, nodeOf, podOf } from '../../sandbox/cluster/manifests-of.ts'
import { accessedCluster, rightsWithout } from './cluster-access.ts'

type Options = Parameters<typeof accessedCluster>[0]

/** Two nodes and a Deployment of one pod; every request is noted. */
const surveyed = async (options: Options = {}, token = 'admin') => {
  const seen: string[] = []
  const world = await accessedCluster({
    intercept: async ({ method, path }) => void seen.push(`${method} ${path}`),
    ...options,
  }, token)
  for (const name of ['n1', 'n2']) world.cluster.joinNode(nodeOf(name, { nodegroup: 'workers' }))
  await world.run(30)
  world.cluster.apply([deploymentOf('web', { replicas: 1 })])
  await world.run(60)
  return { ...world, seen }
}

const explain = ({ snapshot }: Survey, now: number) =>
  explainNodes(snapshot, { now: now as never, asleep: false, protectedBy: () => undefined, microUsdPerHour: () => 96_000 })

describe('a survey of a cluster', () => {
  it('shows the judge nodes, pods and their controllers, and changes nothing', async () => {
    const { nodes, timeline, run, seen } = await surveyed()
    await run(3600)
    seen.length = 0
    const survey = await nodes.survey()

    expect(survey.nodes.map(({ name, instanceId, pool }) => [name, instanceId, pool])).toEqual([['n1', 'i-n1', 'workers'], ['n2', 'i-n2', 'workers']])
    expect(survey.snapshot.pods).toMatchObject([{ namespace: 'shop', phase: 'Running', ready: true, owners: [{ group: 'apps', kind: 'ReplicaSet', controller: true }] }])
    expect(survey.snapshot.pods[0]?.uid).not.toBe('')
    expect(explain(survey, timeline.now()).map(({ verdict }) => verdict).toSorted()).toEqual(['keep', 'remove'])
    expect(explain(survey, timeline.now()).find(({ pods }) => pods.length > 0)?.pods[0]?.reason).not.toContain('is gone')
    expect(seen.every((call) => call.startsWith('GET '))).toBe(true)
  })

  it('asks for no list that no pod gives a reason for', async () => {
    const { nodes, cluster, seen } = await surveyed()
    seen.length = 0
    await nodes.survey()
    expect(listed(seen)).toEqual(['nodes', 'poddisruptionbudgets', 'pods', 'replicasets'])

    seen.length = 0
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: {}, namespaceSelector: {} }
    cluster.apply([podOf('data', {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    })])
    await nodes.survey()
    expect(listed(seen)).toEqual(['namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'poddisruptionbudgets', 'pods', 'replicasets'])
  })

  it('begins a list again when the token of its next page has expired, and counts nothing twice', async () => {
    let expired = 0
    const { nodes, cluster } = await accessedCluster({
      intercept: async ({ path }) => {
        if (!path.includes('/pods?') || !path.includes('continue=') || expired > 0) return undefined
        expired += 1
        return { status: 410, body: { kind: 'Status', reason: 'Expired', message: 'too old', code: 410 } }
      },
    })
    cluster.apply(Array.from({ length: 620 }, (_, index) => podOf(`web-${index}`)))
    const { snapshot } = await nodes.survey()

    expect(expired).toBe(1)
    expect(snapshot.pods).toHaveLength(620)
  })

  it('that may not list something says what, and where the right is to be had', async () => {
    const { nodes, cluster } = await surveyed({}, 'catnap')
    cluster.apply(rightsWithout('list poddisruptionbudgets.policy'))

    await expect(nodes.survey()).rejects.toThrow(/^list poddisruptionbudgets: 403 .*cannot list resource "poddisruptionbudgets" in API group "policy" at the cluster scope; does the cluster have what catnap rbac prints/)
  })

  it('takes half a list for none', async () => {
    const { nodes } = await surveyed({ intercept: async ({ path }) => (path.includes('/replicasets') ? { status: 500, body: { kind: 'Status', message: 'etcd is away', code: 500 } } : undefined) })

    await expect(nodes.survey()).rejects.toThrow('list replicasets: 500 etcd is away')
  })
})

const listed = (seen: readonly string[]): readonly string[] =>
  [...new Set(seen.map((call) => /\/([a-z]+)\?/.exec(call)?.[1] ?? call))].toSorted()
