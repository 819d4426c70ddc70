import { describe, expect, it } from 'vitest'
import { minuteOf, TargetGroups } from '../../lib/sandbox/cloud/target-groups.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { registerTargets } from '../../lib/sandbox/registered-targets.ts'
import { deploymentOf, nodeOf } from './cluster/manifests-of.ts'
import { startCluster } from './cluster/start-cluster.ts'
import { cluster as cloudCluster } from './cloud/cloud-world.ts'

const service = (app: string): KubernetesObject => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app }, ports: [{ port: 80 }] },
})

const world = async () => {
  const { cluster, run, timeline } = await startCluster()
  const fleetCluster = { cluster: cloudCluster(), region: 'us-east-1', account: '111122223333', version: '1.34', tags: new Map(), nodegroups: new Map() }
  const targetGroups = new TargetGroups(timeline, new Map([['us-dev', fleetCluster]]))
  registerTargets(targetGroups, cluster, { cluster: 'us-dev', service: 'shop/web' })
  cluster.joinNode(nodeOf('a'))
  await run(10)
  const targets = () => targetGroups.targets(targetGroups.of('us-dev', 'shop/web'), minuteOf(timeline.now()))
  const bindings = () => cluster.list('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding').map(({ spec }) => spec)
  return { cluster, run, targets, bindings, arn: targetGroups.of('us-dev', 'shop/web').targetGroupArn }
}

describe('the targets of a Service', () => {
  it('are its pods: registered when placed, healthy when ready, gone when deleted', async () => {
    const { cluster, run, targets } = await world()
    expect(targets()).toEqual({ registered: 0, healthy: 0 })
    cluster.apply([service('web'), deploymentOf('web', { replicas: 2 }), deploymentOf('other', { replicas: 1 })])
    await run(4)
    expect(targets()).toEqual({ registered: 2, healthy: 0 })
    await run(60)
    expect(targets()).toEqual({ registered: 2, healthy: 2 })
    cluster.apply([deploymentOf('web', { replicas: 0 })])
    await run(10)
    expect(targets()).toEqual({ registered: 0, healthy: 0 })
  })

  it('are those that were there before the Service, and change with its selector', async () => {
    const { cluster, run, targets } = await world()
    cluster.apply([deploymentOf('web', { replicas: 2 }), deploymentOf('other', { replicas: 1 })])
    await run(60)
    cluster.apply([service('web')])
    expect(targets()).toEqual({ registered: 2, healthy: 2 })
    cluster.apply([service('other')])
    expect(targets()).toEqual({ registered: 1, healthy: 1 })
    cluster.remove({ apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'shop' })
    expect(targets()).toEqual({ registered: 0, healthy: 0 })
  })

  it('are bound to their group by a TargetGroupBinding beside the Service, for as long as it is there', async () => {
    const { cluster, bindings, arn } = await world()
    expect(bindings()).toEqual([])
    cluster.apply([service('web')])
    cluster.apply([service('other')])
    expect(bindings()).toEqual([{ targetGroupARN: arn, targetType: 'ip', serviceRef: { name: 'web', port: 80 } }])
    cluster.remove({ apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'shop' })
    expect(bindings()).toEqual([])
  })
})
