import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { accessedCluster } from './cluster-access.ts'

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/k8s-shop-web-0a1b2c3d4e/73e2d6bc24d8a067'

const binding = (spec: object): KubernetesObject =>
  ({ apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'TargetGroupBinding', metadata: { name: 'web', namespace: 'shop' }, spec: { serviceRef: { name: 'web', port: 80 }, ...spec } })

describe('target groups', () => {
  it('are those that bindings in a namespace name', async () => {
    const { cluster, containers } = await accessedCluster()
    const web = binding({ targetGroupARN: ARN })
    cluster.apply([web, { ...web, metadata: { name: 'web', namespace: 'prod' } }])
    expect(await containers.targetGroups(['shop', 'blog'])).toEqual(new Map([['shop', [ARN]], ['blog', []]]))
  })

  it('are not taken for none where a binding names its group later', async () => {
    const { cluster, containers } = await accessedCluster()
    cluster.apply([binding({})])
    expect(await containers.targetGroups(['shop'])).toEqual(new Map([['shop', ['']]]))
  })

  it('are none where the controller is not installed, which is asked once', async () => {
    let asked = 0
    const { containers } = await accessedCluster({
      intercept: async ({ path }) => {
        if (!path.startsWith('/apis/elbv2.k8s.aws/')) return undefined
        asked += 1
        return { status: 404, body: {} }
      },
    })
    expect(await containers.targetGroups(['shop'])).toEqual(new Map([['shop', []]]))
    expect(await containers.targetGroups(['shop', 'blog'])).toEqual(new Map([['shop', []], ['blog', []]]))
    expect(asked).toBe(1)
  })

  it('are an error where they may not be listed, never none', async () => {
    const { containers } = await accessedCluster({}, 'anna')
    await expect(containers.targetGroups(['shop'])).rejects.toThrow('list targetgroupbindings.elbv2.k8s.aws: 403')
  })
})
