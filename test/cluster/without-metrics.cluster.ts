import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../../lib/adapters/kubernetes/kubernetes-containers.ts'
import { deploymentOf } from '../sandbox/cluster/manifests-of.ts'
import { type ContractWorld, contractWorld } from '../contract/contract-world.ts'
import { realCluster } from './real-cluster.ts'

describe('a cluster without metrics-server and without the kinds of others', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>
  let world: ContractWorld

  beforeAll(async () => {
    cluster = await realCluster()
    world = await contractWorld(cluster)
  })
  afterAll(async () => {
    await world.close()
    await cluster.close()
  })

  it('says what is missing to measure usage, and has no target groups', async () => {
    const { url, certificateAuthority = '', tokens } = cluster
    const api = clusterApi({ name: 'us-dev', url, certificateAuthority, token: async () => tokens.catnap })
    const containers = kubernetesContainers(api)
    const shop = await world.namespace()
    await world.create(shop, [deploymentOf('web', { replicas: 1 })])
    const { unmeasured, doings } = await containers.look([shop], [])
    expect(unmeasured).toContain('cluster us-dev has no metrics API')
    expect(doings.get(shop)).toMatchObject({ cpu: { problem: unmeasured }, runningJobs: [], revision: expect.stringMatching(/^[\w-]{16}$/) })
    expect(await containers.targetGroups([shop])).toEqual(new Map([[shop, []]]))
    await api.close()
  })
})
