import { describe, expect, it } from 'vitest'
import { kubernetesExamination } from '../../lib/adapters/kubernetes/kubernetes-examination.ts'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { doctorCommand } from '../../lib/cli/commands/doctor.ts'
import type { Desk } from '../../lib/cli/operator-command.ts'
import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../lib/domain/rights/grant.ts'
import type { Examinations } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { startCluster } from '../sandbox/cluster/start-cluster.ts'
import { deploymentOf, podOf } from '../sandbox/cluster/manifests-of.ts'
import { INTENT, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

/** A simulated cluster with the namespaces of the intent, and a way to it instead of one over EKS. */
const clusterWith = async (objects: readonly KubernetesObject[] = []) => {
  const { cluster } = await startCluster()
  const namespaces = ['shop', 'demo'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  cluster.apply([...namespaces, ...clusterWideRoles(ANY_GRANT), ...objects] as KubernetesObject[])
  return over({ open: async () => kubernetesExamination(clusterApi({ name: 'us-dev', url: cluster.url, token: async () => 'admin' })) })
}

const over = (examinations: Examinations) => (program: Parameters<typeof doctorCommand>[0], { terminal, connect }: Desk): void =>
  doctorCommand(program, { terminal, connect: async (target, say) => ({ ...(await connect(target, say)), examinations }) })

describe('catnap doctor', () => {
  it('says of a healthy cluster that nothing hinders it, and writes nothing', async () => {
    await desk.deliver()
    const before = await desk.connection().registry.inCluster('us-dev')
    const { code, out, err } = await desk.run(await clusterWith([deploymentOf('web', { replicas: 1 })]), ['doctor'])

    expect(code).toBe(0)
    expect(out).toContain('us-dev: us-dev/demo, us-dev/shop: nothing hinders a sleep or a wake')
    expect(out).toContain('nothing was touched\n')
    expect(err).toContain('looking at us-dev: 2 environments\n')
    expect(await desk.connection().registry.inCluster('us-dev')).toEqual(before)
    expect(desk.messages('work')).toEqual([])
  })

  it('names what it found, what it means and what to do, worst first, and ends with 1', async () => {
    await desk.deliver()
    const { code, out } = await desk.run(await clusterWith([podOf('debug'), deploymentOf('karpenter', { replicas: 1 })]), ['doctor', 'us-dev/shop'])

    expect(code).toBe(1)
    expect(out).toContain(`us-dev: us-dev/shop: 1 hinders a sleep or a wake, 1 weakens it

hinders  Deployment shop/karpenter (us-dev/shop, serves-others)
         it serves the whole cluster, and namespace shop sleeps with this environment
         while it sleeps nobody gets a node: a wake of anything that needs one waits for it for ever
         → take its namespace out of the environment, and protect it so that no other takes it
             protect: [shop]

weakens  Pod shop/debug (us-dev/shop, untended-pod)
         nothing owns it
         Catnap leaves it alone, for nobody would bring it back: it runs on, and its node stays on the bill
         → make a Deployment of it, or delete it if it is left over
             kubectl -n shop delete pod debug
`)
  })

  it('is one document for programs', async () => {
    await desk.deliver()
    const { code, out } = await desk.run(await clusterWith([podOf('debug')]), ['doctor', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      now: '2026-11-23T08:00:00Z', clusters: [{ cluster: 'us-dev', environments: ['us-dev/demo', 'us-dev/shop'] }],
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'untended-pod', severity: 'weakens', cluster: 'us-dev', environment: 'us-dev/shop', subject: 'Pod shop/debug' })]),
    })
  })

  it('says once of a cluster that does not answer, goes on with the others, and ends with 2', async () => {
    await desk.deliver(`${INTENT.replace('environments:', '  eu-dev:\n    arn: arn:aws:eks:eu-west-1:111122223333:cluster/eu-dev\nenvironments:')}  eu-dev/web:\n    namespaces: [web]\n    hours: never\n`)
    const { cluster } = await startCluster()
    const open: Examinations['open'] = async ({ name }) => {
      if (name === 'eu-dev') throw new Error('the cluster does not answer: connect ETIMEDOUT')
      return kubernetesExamination(clusterApi({ name, url: cluster.url, token: async () => 'admin' }))
    }
    const { code, out } = await desk.run(over({ open }), ['doctor'])

    expect(code).toBe(2)
    expect(out.match(/could not be looked at/g)).toHaveLength(1)
    expect(out).toContain('eu-dev: could not be looked at: the cluster does not answer: connect ETIMEDOUT\n')
    expect(out).toContain('Namespace shop (us-dev/shop, missing-namespace)')
  })

  it('ends with 2 where a token is refused', async () => {
    await desk.deliver()
    const { cluster } = await startCluster()
    const { code, out } = await desk.run(over({ open: async ({ name }) => kubernetesExamination(clusterApi({ name, url: cluster.url, token: async () => 'stranger' })) }), ['doctor'])

    expect(code).toBe(2)
    expect(out).toContain('could not be looked at: ask who is asking: 401 Unauthorized')
  })

  it.each([
    ['us-dve', 'there is no cluster "us-dve": did you mean "us-dev"?'],
    ['us-dev/shp', 'there is no environment "us-dev/shp": did you mean "us-dev/shop"?'],
  ])('tells a name that is not there with the nearest: %s', async (name, message) => {
    await desk.deliver()
    const { code, err } = await desk.run(doctorCommand, ['doctor', name])
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('has nothing to examine where nothing is delivered', async () => {
    const { code, err } = await desk.run(doctorCommand, ['doctor'])
    expect(code).toBe(2)
    expect(err).toContain('nothing is delivered yet')
  })
})
