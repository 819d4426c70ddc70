import type { ClusterUnderTest } from '../../contract/cluster-under-test.ts'
import { serveCustomKinds } from '../../contract/custom-kinds.ts'
import { type RawApi, rawApi } from '../../contract/raw-api.ts'
import { nodeOf } from '../../sandbox/cluster/manifests-of.ts'
import { TOOL_NAMESPACES } from './boutique.ts'

/** Gives a plane the custom kinds, the namespaces of GitOps tools, and nodes for so many pods. */
export const makeRoom = async (cluster: ClusterUnderTest, pods: number): Promise<void> => {
  const admin = rawApi(cluster, cluster.tokens.admin)
  await serveCustomKinds(cluster, admin)
  for (const name of TOOL_NAMESPACES) await makeNamespace(admin, name)
  for (let room = 0; room < pods; room += PODS_PER_NODE) {
    const name = `proof-${process.pid}-${room}`
    await cluster.joinNode(nodeOf(name, { instanceId: `i-${name}`, nodegroup: 'workers', cpuMilli: 960_000, memoryMiB: 1_966_080, pods: PODS_PER_NODE }))
  }
  await admin.close()
}

const PODS_PER_NODE = 250

/** Several files of tests share one control plane: what is there is there. */
const makeNamespace = async (admin: RawApi, name: string): Promise<void> => {
  const { status, body } = await admin.call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  if (status !== 201 && status !== 409) throw new Error(`make namespace ${name}: found ${status} ${JSON.stringify(body)}, expected 201, or 409 where it is there`)
}
