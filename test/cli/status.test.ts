import { describe, expect, it } from 'vitest'
import { historyCommand } from '../../lib/cli/commands/history.ts'
import { pauseCommand } from '../../lib/cli/commands/pause.ts'
import { planCommand } from '../../lib/cli/commands/plan.ts'
import { resumeCommand } from '../../lib/cli/commands/resume.ts'
import { statusCommand } from '../../lib/cli/commands/status.ts'
import { later } from '../../lib/domain/time.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()
const registry = () => desk.connection().registry
const POOL = { cluster: 'us-dev', name: 'workers' }

describe('catnap status', () => {
  it('tells how to begin where nothing is delivered', async () => {
    const { code, out } = await desk.run(statusCommand, ['status'])

    expect(code).toBe(0)
    expect(out).toContain('nothing is delivered yet. To begin:\n')
    expect(out).toContain('catnap apply catnap.yaml')
  })

  it('shows environments with the next change and its reason, and pools as recorded', async () => {
    await desk.deliver()
    await registry().environments.change('us-dev/demo', { set: { phase: 'asleep', since: later(NOW, -8 * 86_400) } })
    await registry().pools.change(POOL, {
      set: {
        baseline: { nodes: 5, instanceType: 'm5.large' }, original: { minSize: 1, desiredSize: 5, maxSize: 9, rebalancing: true },
        demands: { 'us-dev/demo': 'asleep', 'us-dev/shop': 'awake' }, leaving: { 'i-1': { node: 'ip-1', instanceType: 'm5.large', stage: 'ending', since: NOW } },
      },
    })

    const { out } = await desk.run(statusCommand, ['status'])

    expect(out).toBe(`ENVIRONMENT  PHASE   SINCE             NEXT              ZONE          WHY
us-dev/demo  asleep  Sun 15 Nov 09:00  -                 Europe/Paris  hours: never
us-dev/shop  awake   Mon 09:00         asleep Mon 20:00  Europe/Paris  within Mon-Fri 08:00-20:00 Europe/Paris

POOL            NODES  TYPE      KEEP  LEAVING  ASKED OF IT        ORIGINAL HELD
us-dev/workers      5  m5.large     1        1  1 asleep, 1 awake  min 1, desired 5, max 9
`)
  })

  it('shows what sleeping environments leave on the bill, node by node with what holds it and what it costs, and the part of each', async () => {
    await desk.deliver()
    for (const id of ['us-dev/demo', 'us-dev/shop']) await registry().environments.change(id, { set: { phase: 'asleep' } })
    const dearest = [{ node: 'ip-1', why: 'ops/by-hand: no controller: nobody would bring it back', microUsdPerHour: 192_000 }, { node: 'ip-2', why: 'not Ready' }]
    const stranded = { nodes: 3, microUsdPerHour: 288_000, unpriced: 1, dearest, microUsdPerHourByEnvironment: { 'us-dev/shop': 216_000, 'us-dev/demo': 72_000 } }
    await registry().pools.change(POOL, { set: { stranded } })

    const [people, programs] = [await desk.run(statusCommand, ['status']), await desk.run(statusCommand, ['status', '--json'])]
    const [one, oneJson] = [await desk.run(statusCommand, ['status', 'us-dev/demo']), await desk.run(statusCommand, ['status', 'us-dev/demo', '--json'])]

    expect(people.out).toContain(`
STRANDED USD/H  POOL            NODE        LEFT BY                   HELD BY
       $0.1920  us-dev/workers  ip-1        us-dev/shop, us-dev/demo  ops/by-hand: no controller: nobody would bring it back
             ?  us-dev/workers  ip-2        us-dev/shop, us-dev/demo  not Ready
                us-dev/workers  and 1 more  us-dev/shop, us-dev/demo
3 nodes cost $0.2880/h while everything that uses them sleeps, 1 of them at a price not known and not counted (list price, on demand, us-east-1)

ITS PART USD/H  LEFT BY      NODES
       $0.0720  us-dev/demo      3
       $0.2160  us-dev/shop      3
`)
    expect(JSON.parse(programs.out).pools[0].stranded).toEqual(stranded)
    expect(JSON.parse(programs.out).environments.find(({ id }: { id: string }) => id === 'us-dev/shop').leftBehind).toMatchObject({ nodes: 3, unpriced: 1, microUsdPerHour: 216_000 })
    expect(one.out).toContain('  left behind  node ip-1 of us-dev/workers, $0.1920/h, of which $0.0480 are its part: shared with us-dev/shop: ops/by-hand: no controller')
    expect(one.out).toContain('  left behind  and 1 node more\n')
    expect(JSON.parse(oneJson.out).leftBehind.dearest[0]).toEqual({ ...dearest[0], pool: 'us-dev/workers', sharedWith: ['us-dev/shop'], partMicroUsdPerHour: 48_000 })
  })

  it('lists drains that were stopped: which pod, which budget, what the node goes on costing, until it is tried again', async () => {
    await desk.deliver()
    const why = 'not empty after 15m: shop/web-1 (disruption budget web): evict pod shop/web-1: 429 Cannot evict pod'
    const drain = { at: later(NOW, -600), why, node: 'ip-1', pod: 'shop/web-1', budgets: ['web'], microUsdPerHour: 96_000 }
    await registry().pools.change(POOL, { set: { stopped: { 'i-1': drain, 'i-2': { at: later(NOW, -3600), why: 'long ago' } } } })

    const [people, programs] = [await desk.run(statusCommand, ['status']), await desk.run(statusCommand, ['status', '--json'])]

    expect(people.out).toContain(`
STAYS USD/H  POOL            NODE  STOPPED    AGAIN      POD         BUDGET  WHY
    $0.0960  us-dev/workers  ip-1  Mon 08:50  Mon 09:50  shop/web-1  web     ${why}
a node that could not be emptied stays on the bill (list price, on demand, us-east-1; times in Europe/Paris)
`)
    expect(JSON.parse(programs.out).pools[0].stoppedDrains).toEqual([{ ...drain, instanceId: 'i-1', at: '2026-11-23T07:50:00Z', againAt: '2026-11-23T08:50:00Z' }])
  })

  it('puts pauses, observed clusters and problems on top', async () => {
    await desk.deliver(INTENT.replace('mode: act', 'mode: observe'))
    await registry().changeCluster('us-dev', { set: { problem: { text: 'the cluster refuses our token', since: NOW, times: 3 } } })
    await registry().environments.change('us-dev/shop', { set: { problem: { text: 'no room', since: NOW, times: 1 } } })
    await desk.run(pauseCommand, ['pause', 'us-dev', '--by', 'ana', '--why', 'load test'])

    const { out } = await desk.run(statusCommand, ['status', 'us-dev'])

    expect(out).toContain('paused: cluster us-dev, by ana since Mon 09:00 (Europe/Paris): load test; nothing is put to sleep or woken there. catnap resume us-dev\n')
    expect(out).toContain('observed: us-dev; decided and recorded there, nothing done (mode: observe)\n')
    expect(out).toContain('problem: nodes of us-dev, since Mon 09:00, tried 3 times: the cluster refuses our token\n')
    expect(out).toContain('problem: no room\n')
    expect(out).toContain('left as it is: its cluster is paused by ana since Mon 09:00: load test\n')
  })

  it('shows one environment with its wakes, its lease, its progress and its originals', async () => {
    await desk.deliver()
    await registry().environments.change('us-dev/shop', {
      set: { phase: 'waking', wakeSeconds: [60, 80, 300], lease: { until: later(NOW, 7200), by: 'ana' }, pools: ['workers'], progress: { workloads: { done: 1, total: 4 }, nodes: { done: 0, total: 2 }, waitingFor: '2 nodes' } },
    })
    await registry().keepOriginals('us-dev/shop', new Map([['Deployment/shop/web', { replicas: 3 }]]))

    const { out } = await desk.run(statusCommand, ['status', 'us-dev/shop'])
    const json = await desk.run(statusCommand, ['status', 'us-dev/shop', '--json'])

    expect(out).toContain('  lease       awake until Mon 11:00, for ana\n')
    expect(out).toContain('  progress    nodes 0 of 2, workloads 1 of 4, waiting for 2 nodes\n')
    expect(out).toContain('  wakes       usually 1m, nine in ten within 5m (the last 3 wakes)\n')
    expect(out).toContain('  originals   1 held in the table\n')
    expect(JSON.parse(json.out)).toMatchObject({
      id: 'us-dev/shop', phase: 'waking', desired: 'awake', lease: { until: '2026-11-23T10:00:00Z' },
      wakeSeconds: { p50: 80, p90: 300 }, originals: ['Deployment/shop/web'], next: { at: '2026-11-23T19:00:00Z', becomes: 'asleep' },
    })
  })

  it('says what of an environment runs although it sleeps, and which GitOps owners are held', async () => {
    await desk.deliver()
    const remains = [{ by: 'hand', text: 'Deployment shop/web runs by hand: 1 replica' }] as const
    await registry().environments.change('us-dev/shop', { set: { phase: 'asleep', remains } })
    await registry().keepOriginals('us-dev/shop', new Map([['Application/argocd/shop', { value: { selfHeal: true } }], ['Deployment/shop/web', { replicas: 3 }]]))

    const fleet = await desk.run(statusCommand, ['status'])
    const { out } = await desk.run(statusCommand, ['status', 'us-dev/shop'])
    const json = await desk.run(statusCommand, ['status', 'us-dev/shop', '--json'])

    expect(fleet.out).toContain('partly awake, by hand: Deployment shop/web runs by hand: 1 replica; ')
    expect(out).toMatch(/ {2}phase {7}asleep, partly awake, by hand, since /)
    expect(out).toContain('  by hand     Deployment shop/web runs by hand: 1 replica\n')
    expect(out).toContain('  owners      Application argocd/shop: held while it sleeps\n')
    expect(JSON.parse(json.out)).toMatchObject({ remains })
  })

  it('is one document for programs, also where nothing is delivered', async () => {
    const empty = await desk.run(statusCommand, ['status', '--json'])
    await desk.deliver()
    const full = await desk.run(statusCommand, ['status', '--json'])

    expect(JSON.parse(empty.out)).toEqual({ now: '2026-11-23T08:00:00Z', clusters: [], environments: [], pools: [] })
    expect(JSON.parse(full.out)).toMatchObject({
      mode: 'act', clusters: [{ name: 'us-dev', mode: 'act' }], pools: [{ pool: 'us-dev/workers', keep: 1, leaving: [] }],
      environments: [{ id: 'us-dev/demo', phase: 'awake', desired: 'asleep', reason: 'hours: never' }, { id: 'us-dev/shop', desired: 'awake' }],
    })
  })

  it.each([
    ['us-dve', 'there is no cluster "us-dve": did you mean "us-dev"?; there are: us-dev'],
    ['shop', 'there is no environment "shop": did you mean "us-dev/shop"?'],
    ['us-dev/shp', 'there is no environment "us-dev/shp": did you mean "us-dev/shop"?'],
  ])('tells a name that is not there with the nearest: %s', async (name, message) => {
    await desk.deliver()

    const { code, err } = await desk.run(statusCommand, ['status', name])

    expect(code).toBe(1)
    expect(err).toContain(message)
  })
})

describe('catnap pause and resume', () => {
  it('pauses the fleet and takes it back', async () => {
    await desk.deliver()

    const paused = await desk.run(pauseCommand, ['pause', '--by', 'ana', '--why', 'release'])
    const held = (await registry().fleet())?.pause
    const resumed = await desk.run(resumeCommand, ['resume', '--by', 'ana'])

    expect(paused.out).toContain('the fleet is paused: work under way stops within a minute')
    expect(held).toEqual({ by: 'ana', at: NOW, why: 'release' })
    expect(resumed.out).toContain('the fleet goes on')
    expect((await registry().fleet())?.pause).toBeUndefined()
    expect((await registry().history('fleet')).map(({ text }) => text)).toEqual(expect.arrayContaining(['paused by ana: release', 'resumed by ana']))
  })

  it('pauses a cluster, and looks at all of it again when that is taken back', async () => {
    await desk.deliver()
    await desk.run(pauseCommand, ['pause', 'us-dev', '--by', 'ana'])
    const again = await desk.run(pauseCommand, ['pause', 'us-dev', '--by', 'bob'])
    await registry().environments.change('us-dev/shop', { set: { dueAt: later(NOW, 3600) } })

    await desk.run(resumeCommand, ['resume', 'us-dev'])

    expect(again.out).toContain('cluster us-dev is paused (it was already, by ana since 2026-11-23T08:00:00Z)')
    expect((await registry().cluster('us-dev'))?.pause).toBeUndefined()
    expect((await registry().environments.get('us-dev/shop'))?.dueAt).toBe(NOW)
  })

  it('says what is still paused', async () => {
    await desk.deliver()
    await desk.run(pauseCommand, ['pause'])
    await desk.run(pauseCommand, ['pause', 'us-dev'])

    const cluster = await desk.run(resumeCommand, ['resume', 'us-dev'])
    const twice = await desk.run(resumeCommand, ['resume', 'us-dev', '--json'])

    expect(cluster.err).toContain('warning: the fleet is still paused; take that back with: catnap resume\n')
    expect(JSON.parse(twice.out)).toEqual({ resumed: 'us-dev', wasPaused: false, stillPaused: ['fleet'] })
  })

  it('tells a cluster that is not there with the nearest', async () => {
    await desk.deliver()

    for (const [register, command] of [[pauseCommand, 'pause'], [resumeCommand, 'resume']] as const) {
      expect(await desk.run(register, [command, 'usdev'])).toMatchObject({ code: 1, err: 'error: there is no cluster "usdev": did you mean "us-dev"?; there are: us-dev\n' })
    }
  })

  it('says where to begin when there is no fleet', async () => {
    expect((await desk.run(pauseCommand, ['pause'])).err).toContain('begin with: catnap apply catnap.yaml')
  })
})

describe('catnap history', () => {
  it('tells decisions, requests and steps newest first, by the clock of the environment', async () => {
    await desk.deliver()
    await registry().append([
      { at: later(NOW, 5), subject: 'us-dev/shop', what: 'decision', text: 'asleep: held asleep by ana until 2026-11-23T12:00:00Z' },
      { at: later(NOW, 65), subject: 'us-dev/shop', what: 'steps', text: '1 workloads put to sleep', steps: ['put to sleep Deployment shop/web: 3 replicas → 0 replicas'] },
    ])

    const { out } = await desk.run(historyCommand, ['history', 'us-dev/shop'])
    const limited = await desk.run(historyCommand, ['history', 'us-dev/shop', '--limit', '1', '--json'])

    expect(out).toBe(`newest first, times in Europe/Paris
Mon 09:01:05  steps     1 workloads put to sleep
                        - put to sleep Deployment shop/web: 3 replicas → 0 replicas
Mon 09:00:05  decision  asleep: held asleep by ana until Mon 13:00
Mon 09:00:00  intent    + environment us-dev/shop: Mon-Fri 08:00-20:00 (by tester)
`)
    expect(JSON.parse(limited.out)).toEqual([{ at: '2026-11-23T08:01:05Z', subject: 'us-dev/shop', what: 'steps', text: '1 workloads put to sleep', steps: [expect.any(String)] }])
  })

  it.each(['fleet', 'us-dev', 'us-dev/pool/workers'])('tells that of %s too', async (subject) => {
    await desk.deliver()

    expect((await desk.run(historyCommand, ['history', subject])).out).toContain('intent    + ')
  })

  it.each([
    ['us-dev/shpo', 'did you mean "us-dev/shop"?'],
    ['us-dve', 'did you mean "us-dev"?'],
    ['us-dev/pool/wrkers', 'there is no pool "wrkers" in cluster "us-dev"'],
  ])('tells what is not there: %s', async (subject, message) => {
    await desk.deliver()

    const { code, err } = await desk.run(historyCommand, ['history', subject])

    expect(code).toBe(1)
    expect(err).toContain(message)
  })
})

describe('catnap plan', () => {
  it('shows the coming days of what is delivered, and what they could save', async () => {
    await desk.deliver()
    await registry().pools.change(POOL, { set: { baseline: { nodes: 5, instanceType: 'm5.large' } } })
    await registry().environments.change('us-dev/demo', { set: { pools: [] } })

    const { out } = await desk.run(planCommand, ['plan', '--days', '1'])
    const json = await desk.run(planCommand, ['plan', '--json'])

    expect(out).toBe(`from Mon 23 Nov to Tue 24 Nov, by the hours alone; times in Europe/Paris

Mon 23 Nov
  20:00  us-dev/shop  asleep  outside hours; next is Mon-Fri 08:00-20:00 Europe/Paris
Tue 24 Nov
  08:00  us-dev/shop  ready   within Mon-Fri 08:00-20:00 Europe/Paris

ENVIRONMENT  ASLEEP    SHARE
us-dev/demo  24.0 h  100.0 %
us-dev/shop  12.0 h   50.0 %

POOL            TYPE      NODES  KEEP  ALL ASLEEP  POTENTIAL NODE-HOURS  POTENTIAL USD
us-dev/workers  m5.large      5     1      12.0 h                  48.0          $4.61

potential: 48.0 node-hours, $4.61 (list price, on demand, us-east-1)
nothing was touched
`)
    expect(JSON.parse(json.out)).toMatchObject({
      environments: [{ id: 'us-dev/demo', asleepShare: 1 }, { id: 'us-dev/shop', asleepHours: 108, asleepShare: 0.6429 }],
      pools: [{ pool: 'us-dev/workers', nodes: 5, potentialNodeHours: 432, potentialUsd: 41.472 }],
      total: { potentialNodeHours: 432, unknownSizes: [] },
    })
  })

  it('lays a file over what is delivered, with the sizes of pools from the table, and writes nothing', async () => {
    await desk.deliver()
    await registry().pools.change(POOL, { set: { baseline: { nodes: 5, instanceType: 'm5.large' } } })
    const file = await desk.file('next.yaml', INTENT.replace('Mon-Fri 08:00-20:00', 'never'))

    const { out } = await desk.run(planCommand, ['plan', file, '--json'])

    expect(JSON.parse(out)).toMatchObject({ changes: [], pools: [{ nodes: 5, potentialNodeHours: 672 }] })
    expect((await registry().environments.get('us-dev/shop'))?.terms.hours).toBe('Mon-Fri 08:00-20:00')
  })

  it('asks for a file where nothing is delivered', async () => {
    expect(await desk.run(planCommand, ['plan'])).toMatchObject({ code: 1, err: 'error: nothing is delivered yet; name an intent file, as in: catnap plan catnap.yaml\n' })
  })

  it.each(['0', '1.5', '400', 'week'])('ends with 2 for %s days', async (days) => {
    expect((await desk.run(planCommand, ['plan', '--days', days])).code).toBe(2)
  })
})
