import { afterAll, beforeAll } from 'vitest'
import { changesContract } from './changes-contract.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { type ContractOptions, type ContractWorld, contractWorld } from './contract-world.ts'
import { controllersContract } from './controllers-contract.ts'
import { doctorContract } from './doctor-contract.ts'
import { engineContract } from './engine-contract.ts'
import { evictionsContract } from './evictions-contract.ts'
import { kindsContract } from './kinds-contract.ts'
import { ingressesContract } from './ingresses-contract.ts'
import { listsContract } from './lists-contract.ts'
import { nodesContract } from './nodes-contract.ts'
import { orderContract } from './order-contract.ts'
import { rightsContract } from './rights-contract.ts'

/**
 * What Catnap relies on of a cluster, held against whatever claims to be one. Where a simulated cluster and a real
 * control plane differ, the simulation is wrong. The cluster lets Catnap in as `catnap rbac` says; each test has a namespace of
 * its own, for the cluster lives as long as all of them.
 */
export const kubernetesContract = (start: () => Promise<ClusterUnderTest & { close(): Promise<void> }>, options: ContractOptions): void => {
  let cluster: Awaited<ReturnType<typeof start>> | undefined
  let opened: ContractWorld | undefined
  const world = (): ContractWorld => {
    if (opened === undefined) throw new Error('the cluster under test did not start')
    return opened
  }
  beforeAll(async () => {
    cluster = await start()
    opened = await contractWorld(cluster)
  })
  afterAll(async () => {
    await opened?.close()
    await cluster?.close()
  })
  listsContract(world)
  changesContract(world)
  kindsContract(world)
  nodesContract(world)
  ingressesContract(world)
  evictionsContract(world)
  controllersContract(world)
  rightsContract(world)
  doctorContract(world)
  engineContract(world, options)
  orderContract(world)
}
