import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { Instant } from '../../lib/domain/time.ts'
import type { ClusterUnderTest } from '../contract/cluster-under-test.ts'
import { pathOf, rawApi } from '../contract/raw-api.ts'
import { clearPlane } from './clear-plane.ts'
import { joinNode } from './join-node.ts'

/** What must come about comes within this, on a machine that has others to serve. */
const PATIENCE_MS = 300_000

const LOOK_MS = 150

/** The control plane of this run, without what earlier files of tests left there. Its time is the machine's. */
export const realCluster = async (): Promise<ClusterUnderTest & { close(): Promise<void> }> => {
  const { url, certificateAuthority, tokens, etcdUrl } = inject('plane')
  const admin = rawApi({ url, certificateAuthority }, tokens.admin)
  await clearPlane(admin)
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
      await joinNode(admin, node)
    },
    expireLists: () => compact(etcdUrl),
    close: async () => {
      for (const name of joined) await admin.call('DELETE', pathOf('Node', undefined, name))
      await admin.close()
    },
  }
}

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
