import { afterAll, beforeAll } from 'vitest'
import { type ContractWorld, contractWorld } from './contract-world.ts'
import { frontContract } from './front-contract.ts'
import { startSimulated } from './start-simulated.ts'

/** Namespaces whose Ingresses a fail-closed webhook keeps from being changed. */
const shut = new Set<string>()

const refusal = {
  kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'InternalError', code: 500,
  message: 'Internal error occurred: failed calling webhook "vingress.example.com": failed to call webhook: no endpoints available for service "webhook"',
}

let cluster: Awaited<ReturnType<typeof startSimulated>> | undefined
let opened: ContractWorld | undefined

beforeAll(async () => {
  cluster = await startSimulated({
    intercept: async ({ method, path }) => {
      const [, namespace = ''] = /\/namespaces\/([^/]+)\/ingresses\//.exec(path) ?? []
      return method === 'PATCH' && shut.has(namespace) ? { status: 500, body: refusal } : undefined
    },
  })
  opened = await contractWorld(cluster)
})
afterAll(async () => {
  await opened?.close()
  await cluster?.close()
})

const world = (): ContractWorld => {
  if (opened === undefined) throw new Error('the cluster under test did not start')
  return opened
}

frontContract(world, async (namespace) => {
  shut.add(namespace)
  return { lift: async () => void shut.delete(namespace) }
})
