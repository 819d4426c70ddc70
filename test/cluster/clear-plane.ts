import pMap from 'p-map'
import { pathOf, type RawApi } from '../contract/raw-api.ts'

/** What would make pods again, then the pods, then what they could go to: what was left Pending takes the room of new nodes. */
const IN_ORDER = ['CronJob', 'Job', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Node']

/** Objects taken away at once. */
const AT_ONCE = 12

/** Takes away the workloads, pods and nodes an earlier file of tests left: one control plane serves them all, one after the other. */
export const clearPlane = async (admin: RawApi): Promise<void> => {
  for (const kind of IN_ORDER) {
    const found = await admin.list(kind)
    await pMap(found, ({ metadata }) => admin.call('DELETE', pathOf(kind, metadata.namespace, metadata.name), { gracePeriodSeconds: 0, propagationPolicy: 'Background' }), { concurrency: AT_ONCE })
  }
}
