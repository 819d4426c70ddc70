import { expect, it } from 'vitest'
import { differences } from '../../lib/sandbox/checker.ts'
import { running } from './mixed-fleet.ts'
import { pass, replicasIn, startWholeFleet, wake, whole } from './whole-fleet.ts'

/** A pod of nobody's environment that may not be disturbed. */
const UNDISTURBED = `apiVersion: v1
kind: Pod
metadata: { name: training, namespace: lab, annotations: { karpenter.sh/do-not-disrupt: "true" } }
spec: { containers: [{ name: main, image: training, resources: { requests: { cpu: 10m } } }] }
`

const REFUSED = {
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'InternalError', code: 500,
  message: 'Internal error occurred: failed calling webhook "checks.example.com": failed to call webhook: no endpoints available for service "checks"',
}

it('takes nothing away while a node has to stay, and tries again what a webhook that is not up refuses', async () => {
  const webhook = { isDown: false }
  const refuse = async ({ method, path }: { readonly method: string; readonly path: string }) =>
    (webhook.isDown && method === 'PATCH' && path.includes('/namespaces/shop/') ? { status: 500, body: REFUSED } : undefined)
  const run = await startWholeFleet({ also: ['apiVersion: v1\nkind: Namespace\nmetadata: { name: lab }\n', UNDISTURBED], faults: { cluster: { intercept: refuse } } })
  const { sandbox, operator, first } = run

  await pass(run, 20)
  expect(await whole(run)).toMatchObject({ phase: 'awake', decision: { desired: 'awake', reason: expect.stringMatching(/^every environment in it sleeps, but node .* has to stay: lab\/training: .*do-not-disrupt/) } })
  expect(replicasIn(run, 'kube-system')).toEqual({ coredns: 2, 'metrics-server': 1 })
  expect(running(run, 'workers')).toBeGreaterThanOrEqual(1)

  sandbox.clusters.get('us-dev')?.remove({ apiVersion: 'v1', kind: 'Pod', name: 'training', namespace: 'lab' })
  await pass(run, 15)
  expect(await whole(run)).toMatchObject({ phase: 'asleep' })
  expect(running(run, 'workers')).toBe(0)

  webhook.isDown = true
  await wake(run, 'us-dev/shop')
  await wake(run, 'us-dev/etl')
  await pass(run, 8)
  const hindered = await operator?.registry.environments.get('us-dev/shop')
  expect(hindered).toMatchObject({ phase: 'waking', progress: { waitingFor: expect.stringContaining('failed calling webhook "checks.example.com"') } })
  expect(hindered?.problem).toBeUndefined()
  expect(await whole(run)).toMatchObject({ phase: 'awake' })
  webhook.isDown = false
  await pass(run, 8)
  expect(await differences(sandbox, first)).toEqual([])
})
