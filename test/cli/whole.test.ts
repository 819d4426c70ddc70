import { describe, expect, it } from 'vitest'
import { statusCommand } from '../../lib/cli/commands/status.ts'
import { uninstallCommand } from '../../lib/cli/commands/uninstall.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()
const WHOLE = INTENT.replace('workers: { keep: 1 }', 'workers: { keep: 0 }').replace('    pools:', '    whole: true\n    pools:')

const fallAsleep = async (): Promise<void> => {
  await desk.deliver(WHOLE)
  const { registry } = desk.connection()
  const decision = { desired: 'asleep', rule: 'cluster', reason: 'every environment in it sleeps' } as const
  for (const id of ['us-dev/shop', 'us-dev/demo']) await registry.environments.change(id, { set: { phase: 'asleep' } })
  await registry.environments.change('us-dev', { set: { phase: 'asleep', since: NOW, decision } })
}

describe('a cluster that sleeps as a whole', () => {
  it('stands in status, for people and for programs', async () => {
    await fallAsleep()
    expect((await desk.run(statusCommand, ['status', 'us-dev'])).out).toMatch(/^cluster us-dev as a whole: asleep since Mon 09:00: every environment in it sleeps\n/)
    const { clusters } = JSON.parse((await desk.run(statusCommand, ['status', '--json'])).out) as { clusters: readonly { readonly system?: object }[] }
    expect(clusters[0]?.system).toMatchObject({ phase: 'asleep', namespaces: ['kube-system'], desired: 'asleep', reason: 'every environment in it sleeps' })
  })

  it('is something that sleeps: Catnap is not removed over it, and it is woken and forgotten with the rest', async () => {
    await fallAsleep()
    expect(await desk.run(uninstallCommand, ['uninstall'])).toMatchObject({ code: 1, out: expect.stringContaining('\n  cluster us-dev as a whole (asleep)\n') })
    const all = await desk.run(uninstallCommand, ['uninstall', '--wake-all', '--yes'], {
      meanwhile: async ({ registry }) => {
        const { environments, pools, system } = await registry.inCluster('us-dev')
        for (const record of [...environments, ...(system === undefined ? [] : [system])]) {
          await registry.environments.change(record.id, { set: { phase: 'awake' } })
          await registry.forget(record)
        }
        for (const pool of pools) await registry.forgetPool(pool)
      },
    })
    expect(all.out).toContain('- cluster us-dev no longer sleeps as a whole: woken first\n')
    expect(all.code).toBe(0)
    expect(await desk.connection().registry.inCluster('us-dev')).toEqual({ environments: [], pools: [] })
  })
})
