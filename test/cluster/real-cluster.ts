import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { Instant } from '../../lib/domain/time.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { JoiningNode } from '../../lib/sandbox/cluster/nodes.ts'
import type { ClusterUnderTest } from '../contract/cluster-under-test.ts'
import { PATCH, pathOf, rawApi } from '../contract/raw-api.ts'

/** What must come about comes within this, on a machine that has others to serve. */
const PATIENCE_MS = 90_000

const LOOK_MS = 150

/** The control plane of this run. Its time is the machine's. */
export const realCluster = async (): Promise<ClusterUnderTest & { close(): Promise<void> }> => {
  const { url, certificateAuthority, tokens, etcdUrl } = inject('plane')
  const admin = rawApi({ url, certificateAuthority }, tokens.admin)
  const joined = new Set<string>()
  return {
    url, certificateAuthority, tokens,
    now: () => Date.now() as Instant,
    pass: (seconds) => sleep(seconds * 1000),
    until: async (what, holds) => {
      const deadline = Date.now() + PATIENCE_MS
      while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`not so after ${PATIENCE_MS / 1000} s: ${what}`)
        await sleep(LOOK_MS)
      }
    },
    joinNode: async (node) => {
      joined.add(node.name)
      await admin.create(nodeObject(node))
      const capacity = { cpu: `${node.cpuMilli}m`, memory: `${node.memoryMiB}Mi`, pods: `${node.pods}` }
      const { status } = await admin.call('PATCH', `${pathOf('Node', undefined, node.name)}/status`, { status: { capacity, allocatable: capacity } }, PATCH.merge)
      if (status !== 200) throw new Error(`the status of node ${node.name} could not be written: found ${status}, expected 200`)
    },
    expireLists: () => compact(etcdUrl),
    close: async () => {
      for (const name of joined) await admin.call('DELETE', pathOf('Node', undefined, name))
      await admin.close()
    },
  }
}

/** A node as EKS shows it. */
const nodeObject = ({ name, instanceId, instanceType, zone, nodegroup, labels, taints }: JoiningNode): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node.kubernetes.io/instance-type': instanceType,
      'topology.kubernetes.io/zone': zone,
      'topology.kubernetes.io/region': zone.replace(/[a-z]$/, ''),
      ...(nodegroup === undefined ? {} : { 'eks.amazonaws.com/nodegroup': nodegroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }),
      ...labels,
    },
  },
  spec: { providerID: `aws:///${zone}/${instanceId}`, taints },
})

/**
 * Forgets all but the present revision, as a cluster does every five minutes. The key is the one API servers tell each
 * other compactions by (apiserver, storage/etcd3/compact.go); their caches follow within 15 s.
 */
const compact = async (etcdUrl: string): Promise<void> => {
  const key = base64('compact_rev_key')
  const { header } = await ask<{ header: { revision: string } }>(`${etcdUrl}/v3/kv/range`, { key })
  // That of the change itself, or one soon before it.
  const revision = `${BigInt(header.revision) + 1n}`
  await ask(`${etcdUrl}/v3/kv/put`, { key, value: base64(revision) })
  await ask(`${etcdUrl}/v3/kv/compaction`, { revision, physical: true })
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const ask = async <T>(url: string, body: object): Promise<T> => {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`etcd: found ${answer.status} ${await answer.text()}, expected success`)
  return (await answer.json()) as T
}
