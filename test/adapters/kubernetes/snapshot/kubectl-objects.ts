import { readSnapshot } from '../../../../lib/adapters/kubernetes/snapshot/read-snapshot.ts'
import type { Snapshot } from '../../../../lib/domain/drain/snapshot.ts'

/** Objects as kubectl prints them, with what matters; metadata and spec are laid over the defaults. */
type Part = Readonly<Record<string, unknown>>

interface Changes {
  readonly metadata?: Part
  readonly spec?: Part
  readonly status?: Part
}

export const nodeObject = (name: string, { metadata = {}, spec = {}, status = {} }: Changes = {}): Part => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, creationTimestamp: '2026-11-20T08:00:00Z', labels: { 'kubernetes.io/hostname': name, 'node.kubernetes.io/instance-type': 'm5.large' }, ...metadata },
  spec: { providerID: `aws:///us-east-1a/i-${name}`, ...spec },
  status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { cpu: '1930m', memory: '7291308Ki', pods: '29', 'ephemeral-storage': '95551679124' }, ...status },
})

export const podObject = (name: string, { metadata = {}, spec = {}, status = {} }: Changes = {}): Part => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    namespace: 'shop', name, uid: `uid-${name}`, labels: { app: 'web' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: 'uid-rs', controller: true, blockOwnerDeletion: true }],
    ...metadata,
  },
  spec: { nodeName: 'a', containers: [{ name: 'web', resources: { requests: { cpu: '250m', memory: '64Mi' } } }], ...spec },
  status: { phase: 'Running', startTime: '2026-11-22T07:00:00Z', conditions: [{ type: 'Ready', status: 'True' }], ...status },
})

export const replicaSetObject: Part = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { namespace: 'shop', name: 'web-abc', uid: 'uid-rs' } }

export const listText = (...items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } })

/** A snapshot read from a text, so many bytes at a time. */
export const readText = (text: string, bytesAtOnce = Infinity): Snapshot => {
  const [snapshot, bytes] = [readSnapshot(), Buffer.from(text)]
  for (let at = 0; at < bytes.length; at += bytesAtOnce) snapshot.push(bytes.subarray(at, at + bytesAtOnce))
  return snapshot.done()
}
