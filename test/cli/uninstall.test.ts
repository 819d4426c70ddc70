import { describe, expect, it } from 'vitest'
import { uninstallCommand } from '../../lib/cli/commands/uninstall.ts'
import type { Connection } from '../../lib/cli/connection.ts'
import { NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

const uninstall = (args: readonly string[] = [], sitting: Parameters<typeof desk.run>[2] = {}) => desk.run(uninstallCommand, ['uninstall', ...args], sitting)

const sleep = (id: string) => desk.connection().registry.environments.change(id, { set: { phase: 'asleep' } })

const POOL = { cluster: 'us-dev', name: 'workers' }
const ORIGINAL = { minSize: 2, desiredSize: 6, maxSize: 10, rebalancing: true }

/** What the workers come to: awake, given back, forgotten. */
const forgetAll = async ({ registry }: Connection): Promise<void> => {
  const { environments, pools } = await registry.inCluster('us-dev')
  for (const environment of environments) {
    await registry.environments.change(environment.id, { set: { phase: 'awake' } })
    await registry.forget(environment)
  }
  for (const pool of pools) await registry.forgetPool(pool)
}

describe('catnap uninstall', () => {
  it('refuses while anything sleeps or is not given back, names it, and says how to wake it', async () => {
    await desk.deliver()
    await sleep('us-dev/shop')
    await desk.connection().registry.pools.change(POOL, { set: { original: ORIGINAL } })

    const { code, out } = await uninstall()

    expect(code).toBe(1)
    expect(out).toBe(`not yet: without Catnap nobody would wake or give back
  environment us-dev/shop (asleep)
  pool us-dev/workers (not given back)
not yet: awake now, these may fall asleep any minute
  environment us-dev/demo

wake everything and take it out of the intent: catnap uninstall --wake-all
`)
  })

  it('refuses while something awake could fall asleep in the next minute', async () => {
    await desk.deliver()
    expect(await uninstall()).toMatchObject({ code: 1, out: expect.stringContaining('or only hold them as they are: catnap pause\n') })
    await desk.connection().registry.changeFleet({ set: { pause: { by: 'ana', at: NOW } } })
    expect(await uninstall()).toMatchObject({ code: 0 })
  })

  it('says every command that removes the rest, in order', async () => {
    await desk.deliver()
    await desk.connection().registry.changeFleet({ set: { pause: { by: 'ana', at: NOW } } })

    const { code, out } = await uninstall()

    expect(code).toBe(0)
    expect(out.split('\n').filter((line) => line.startsWith('   ')).map((line) => line.trim())).toEqual([
      'npx cdk destroy --all',
      'kubectl delete clusterrolebinding,clusterrole,validatingadmissionpolicybinding,validatingadmissionpolicy -l app.kubernetes.io/part-of=catnap',
      'kubectl delete rolebinding --all-namespaces -l app.kubernetes.io/part-of=catnap',
      ...['reconcile', 'reclaim', 'observe'].map((worker) =>
        `aws eks delete-access-entry --region us-east-1 --cluster-name us-dev --principal-arn arn:aws:iam::111122223333:role/catnap-${worker}-us-east-1`),
      'aws dynamodb update-table --table-name catnap --no-deletion-protection-enabled',
      'aws dynamodb delete-table --table-name catnap',
      'aws ssm delete-parameter --name /catnap/link-key',
    ])
    const { ready, removal } = JSON.parse((await uninstall(['--json'])).out) as { ready: boolean; removal: { commands: string[] }[] }
    expect([ready, removal.flatMap(({ commands }) => commands).length]).toEqual([true, 9])
  })

  it('works on a table in which nothing was ever delivered', async () => {
    expect(await uninstall()).toMatchObject({ code: 0, out: expect.stringContaining('npx cdk destroy --all') })
  })

  it('wakes everything by taking it out of the intent, follows it to the end, and then says what removes the rest', async () => {
    await desk.deliver()
    await sleep('us-dev/shop')
    await desk.connection().registry.pools.change(POOL, { set: { original: ORIGINAL } })
    let waited = 0

    const { code, out, err } = await uninstall(['--wake-all', '--by', 'ana'], {
      answer: 'y',
      meanwhile: async (connection) => {
        waited += 1
        const { environments, pools } = await connection.registry.inCluster('us-dev')
        expect([...environments, ...pools].every(({ removed }) => removed === true)).toBe(true)
        if (waited === 3) await forgetAll(connection)
      },
    })

    expect({ code, err }).toMatchObject({ code: 0 })
    expect(out).toContain('- environment us-dev/shop: woken first\n')
    expect(out).toContain('- pool us-dev/workers: given back what it was first\n')
    expect(err).toContain('waiting for 2: environment us-dev/shop (asleep), pool us-dev/workers (not given back)\n')
    expect(out).toContain('delete-access-entry --region us-east-1 --cluster-name us-dev')
    expect(await desk.connection().registry.history('us-dev/shop')).toMatchObject([{ text: expect.stringContaining('(by ana)') }, {}])
  })

  it('writes nothing without a yes', async () => {
    await desk.deliver()
    await sleep('us-dev/shop')
    expect(await uninstall(['--wake-all'], { answer: 'n' })).toMatchObject({ code: 0, out: expect.stringContaining('nothing was written') })
    expect(await uninstall(['--wake-all'])).toMatchObject({ code: 1, err: expect.stringContaining('found nobody to ask, expected --yes') })
    expect((await desk.connection().registry.environments.get('us-dev/shop'))?.removed).toBeUndefined()
  })

  it('wakes nothing where nobody would: paused, or observed', async () => {
    await desk.deliver()
    await sleep('us-dev/shop')
    const { registry } = desk.connection()
    await registry.changeFleet({ set: { pause: { by: 'ana', at: NOW } } })
    expect(await uninstall(['--wake-all', '--yes'])).toMatchObject({ code: 1, err: expect.stringContaining('the fleet is paused by ana, so nothing is woken; first run: catnap resume') })
    await registry.changeFleet({ set: { pause: undefined, mode: 'observe' } })
    expect(await uninstall(['--wake-all', '--yes'])).toMatchObject({ code: 1, err: expect.stringContaining('cluster us-dev is in observe mode') })
    expect((await registry.environments.get('us-dev/shop'))?.removed).toBeUndefined()
  })

  it('gives up after half an hour, and says what is not done', async () => {
    await desk.deliver()
    await sleep('us-dev/shop')
    expect(await uninstall(['--wake-all', '--yes'])).toMatchObject({ code: 1, err: expect.stringContaining('not all is woken and given back after 30m: environment us-dev/shop (asleep)') })
  })
})
