import { expect, it } from 'vitest'
import { withoutLeftTaints } from '../../../lib/domain/whole/left-taints.ts'
import { nodeNamed, snapshotWith } from '../drain/build-snapshot.ts'

it('leaves every taint but that of a Cluster Autoscaler which is gone', () => {
  const own = { key: 'team', value: 'ml', effect: 'NoSchedule' }
  const disrupted = { key: 'karpenter.sh/disrupted', value: '', effect: 'NoSchedule' }
  const snapshot = snapshotWith({ nodes: [nodeNamed('a', { taints: [own, { key: 'ToBeDeletedByClusterAutoscaler', value: '1774292400', effect: 'NoSchedule' }, disrupted] }), nodeNamed('b')] })
  expect(withoutLeftTaints(snapshot)).toEqual({ ...snapshot, nodes: [nodeNamed('a', { taints: [own, disrupted] }), nodeNamed('b')] })
})
