import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ClusterUnderTest } from '../../contract/cluster-under-test.ts'
import { type RawApi, rawApi } from '../../contract/raw-api.ts'
import { bundleWorker } from '../../crash/worker-bundle.ts'
import { realCluster } from '../real-cluster.ts'
import { serveKarpenter } from './karpenter-kinds.ts'
import { makeRoom } from './make-room.ts'

/** A plane that serves Karpenter's kinds, and the worker as it is bundled. */
export interface KarpenterStage {
  readonly cluster: ClusterUnderTest
  readonly admin: RawApi
  readonly loader: string
  close(): Promise<void>
}

/** Sets it up for a file of tests. */
export const openKarpenterStage = async (): Promise<KarpenterStage> => {
  const cluster = await realCluster()
  const admin = rawApi(cluster, cluster.tokens.admin)
  await makeRoom(cluster, 0)
  const loader = await bundleWorker()
  const withdraw = await serveKarpenter(cluster, admin)
  return {
    cluster, admin, loader,
    close: async () => {
      await withdraw()
      rmSync(dirname(loader), { recursive: true })
      await admin.close()
      await cluster.close()
    },
  }
}
