import { describe, expect, it } from 'vitest'
import { applyCommand } from '../../lib/cli/commands/apply.ts'
import { later } from '../../lib/domain/time.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

const apply = async (text: string, args: readonly string[] = ['--yes'], answer?: string) => {
  const file = await desk.file('catnap.yaml', text)
  return desk.run(applyCommand, ['apply', file, ...args], answer === undefined ? {} : { answer })
}

describe('catnap apply', () => {
  it('shows what is new and what it could save, writes it, and says what happens next', async () => {
    const { code, out } = await apply(INTENT, ['--yes', '--by', 'ana'])

    expect(code).toBe(0)
    expect(out).toBe(`+ fleet: mode act, timezone Europe/Paris
+ cluster us-dev: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
+ pool us-dev/workers: keep 1
+ environment us-dev/shop: Mon-Fri 08:00-20:00
+ environment us-dev/demo: never

the next 7 days by these hours: 276.0 h asleep over 2 environments
sizes are not known yet of us-dev/workers: Catnap notes them when it first looks at the nodes
written: 5 changes
to go to sleep now: us-dev/demo
the next tick, within a minute, looks at what changed; follow it with: catnap status
`)
    const { registry } = desk.connection()
    expect(await registry.environments.get('us-dev/shop')).toMatchObject({ phase: 'awake', dueAt: NOW, terms: { namespaces: ['shop'] } })
    expect(await registry.environmentOfHost('shop.example.com')).toBe('us-dev/shop')
    expect(await registry.history('us-dev/shop')).toMatchObject([{ what: 'intent', text: '+ environment us-dev/shop: Mon-Fri 08:00-20:00 (by ana)' }])
  })

  it('changes nothing when applied twice, and says so', async () => {
    await apply(INTENT)

    const { code, out } = await apply(INTENT, [])

    expect(code).toBe(0)
    expect(out).toMatch(/^nothing to change: what is delivered is what .*catnap\.yaml says\n$/)
  })

  it('shows each change by what it was and what it becomes, and the effect beside that of today', async () => {
    await desk.deliver()
    await desk.connection().registry.pools.change({ cluster: 'us-dev', name: 'workers' }, { set: { baseline: { nodes: 5, instanceType: 'm5.large' } } })

    const { out } = await apply(INTENT.replace('Mon-Fri 08:00-20:00', 'never').replace('stayAwake: 2h', 'stayAwake: 30m').replace('keep: 1', 'keep: 2').replace('timezone', 'holidays: [2026-12-25]\ntimezone'))

    expect(out).toContain('~ fleet: holidays +2026-12-25\n')
    expect(out).toContain('~ pool us-dev/workers: keep 1 → 2\n')
    expect(out).toContain('~ environment us-dev/shop: hours Mon-Fri 08:00-20:00 → never, wake.stayAwake 2h → 30m\n')
    expect(out).toContain('336.0 h asleep over 2 environments (as delivered now: 276.0 h)')
    expect(out).toContain('potential: 504.0 node-hours, $48.38 (list price, on demand, us-east-1)')
  })

  it('wakes what leaves the file while asleep, before it is forgotten', async () => {
    await desk.deliver()
    const { registry } = desk.connection()
    await registry.environments.change('us-dev/demo', { set: { phase: 'asleep' } })

    const { out } = await apply(INTENT.replace(/ {2}us-dev\/demo:[^]*$/, ''))

    expect(out).toContain('- environment us-dev/demo: woken first\n')
    expect(out).toContain('to wake now: us-dev/demo\n')
    expect(await registry.environments.get('us-dev/demo')).toMatchObject({ removed: true, dueAt: NOW })
  })

  it('moves a host from one environment to another', async () => {
    await desk.deliver()

    await apply(INTENT.replace('hosts: [shop.example.com], ', '').replace('hours: never', 'hours: never\n    wake: { hosts: [shop.example.com] }'))

    expect(await desk.connection().registry.environmentOfHost('shop.example.com')).toBe('us-dev/demo')
  })

  it('writes nothing in a dry run', async () => {
    const { code, out } = await apply(INTENT, ['--dry-run'])

    expect(code).toBe(0)
    expect(out).toContain('+ environment us-dev/shop')
    expect(out).toMatch(/dry run: nothing was written\n$/)
    expect(await desk.connection().registry.fleet()).toBeUndefined()
  })

  it('asks a person, and takes anything but a yes for a no', async () => {
    const no = await apply(INTENT, [], '')
    const fleetAfterNo = await desk.connection().registry.fleet()
    const yes = await apply(INTENT, [], 'Yes')

    expect(no.out).toMatch(/write these 5 changes\? \[y\/N\] nothing was written\n$/)
    expect(fleetAfterNo).toBeUndefined()
    expect(yes.out).toContain('written: 5 changes')
  })

  it('writes nothing where nobody can be asked and --yes is missing', async () => {
    const { code, err } = await apply(INTENT, [])

    expect(code).toBe(1)
    expect(err).toBe('error: nothing was written: found nobody to ask, expected --yes to write or --dry-run to look only\n')
    expect(await desk.connection().registry.fleet()).toBeUndefined()
  })

  it('tells every mistake as validate does', async () => {
    const { code, out } = await apply(INTENT.replace('mode: act', 'mode: watch'))

    expect(code).toBe(1)
    expect(out).toContain('mode: found "watch", expected observe or act')
    expect(out).toContain('1 mistake in ')
  })

  it('refuses to take a namespace out of an environment that sleeps: nobody would wake it', async () => {
    await desk.deliver()
    const { registry } = desk.connection()
    await registry.environments.change('us-dev/demo', { set: { phase: 'asleep' } })

    const { code, err } = await apply(INTENT.replace('namespaces: [demo]', 'namespaces: [demo-two]'))

    expect(code).toBe(1)
    expect(err).toContain('environment us-dev/demo is asleep and its change leaves out namespace demo, which would never be woken; first run: catnap wake us-dev/demo --wait')
    expect((await registry.environments.get('us-dev/demo'))?.terms.namespaces).toEqual(['demo'])
  })

  it('warns of what would stay asleep when a cluster goes back to observe', async () => {
    await desk.deliver()
    await desk.connection().registry.environments.change('us-dev/demo', { set: { phase: 'asleep' } })

    const { out, err } = await apply(INTENT.replace('mode: act', 'mode: observe'), ['--dry-run'])

    expect(out).toContain('~ fleet: mode act → observe\n')
    expect(err).toContain('note: asleep now, and nobody will wake them in observe mode: us-dev/demo; wake them before you change the mode\n')
  })

  it('tells all of it to programs', async () => {
    const { code, out } = await apply(INTENT, ['--yes', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      written: true,
      steps: [{ do: 'put-fleet' }, { do: 'put-cluster' }, { do: 'add-pool', text: '+ pool us-dev/workers: keep 1' }, { do: 'add-environment' }, { do: 'add-environment' }],
      after: { asleepHours: 276, unknownSizes: ['us-dev/workers'] },
    })
  })

  it('keeps a pause through a delivery', async () => {
    await desk.deliver()
    const { registry } = desk.connection()
    await registry.changeCluster('us-dev', { set: { pause: { by: 'ana', at: later(NOW, -60) } } })

    const { out } = await apply(INTENT.replace('    pools:', '    mode: observe\n    pools:'))

    expect(out).toContain('~ cluster us-dev: mode none → observe\n')
    expect(out).toContain('paused, so nothing is done there: us-dev\n')
    expect((await registry.cluster('us-dev'))?.pause).toMatchObject({ by: 'ana' })
  })
})
