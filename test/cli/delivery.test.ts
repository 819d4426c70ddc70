import { describe, expect, it } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { type Delivered, planDelivery, sayDeliveryStep } from '../../lib/domain/delivery.ts'
import { afterDelivery, deliveryObstacles } from '../../lib/domain/delivery-effect.ts'
import type { Intent } from '../../lib/domain/intent/schema.ts'
import { sayDifference } from '../../lib/domain/say-difference.ts'
import { INTENT, NOW } from './operator-desk.ts'

const NOTHING: Delivered = { clusters: [], environments: [], pools: [] }
const CLUSTER_OF_ITS_OWN = '  eu:\n    arn: arn:aws:eks:eu-west-1:111122223333:cluster/eu\n    pools: { spot: { keep: 2 } }\nenvironments:'

const intent = (...changes: readonly (readonly [string | RegExp, string])[]): Intent => {
  const read = readIntentFile(changes.reduce((text, [from, to]) => text.replace(from, to), INTENT))
  if ('intent' in read) return read.intent
  throw new Error(JSON.stringify(read.problems))
}
const deliver = (written: Intent, now: Delivered = NOTHING): Delivered => afterDelivery(now, planDelivery(written, now, NOW))
const steps = (written: Intent, now: Delivered): readonly string[] => planDelivery(written, now, NOW).map(sayDeliveryStep)

describe('a delivery', () => {
  it.each<[string, Intent]>([
    ['the first', intent()],
    ['other hours', intent(['Mon-Fri 08:00', 'Mon-Fri 09:00'])],
    ['another mode', intent(['mode: act', 'mode: observe'])],
    ['an environment less', intent([/ {2}us-dev\/demo:[^]*$/, ''])],
    ['a cluster more', intent(['environments:', CLUSTER_OF_ITS_OWN])],
    ['another arn', intent(['cluster/us-dev', 'cluster/us-dev-2'])],
    ['a pool less', intent(['    pools:\n      workers: { keep: 1 }\n', ''])],
  ])('leaves nothing to do when it is done: %s', (_, written) => {
    expect(planDelivery(written, deliver(written), NOW)).toEqual([])
    expect(planDelivery(written, deliver(written, deliver(intent())), NOW)).toEqual([])
  })

  it('lets nothing act before all else is written', () => {
    const observed = deliver(intent(['mode: act', 'mode: observe']))

    expect(steps(intent(['keep: 1', 'keep: 2'], ['Mon-Fri 08:00', 'Mon-Fri 09:00']), observed)).toEqual([
      '~ pool us-dev/workers: keep 1 → 2', '~ environment us-dev/shop: hours Mon-Fri 08:00-20:00 → Mon-Fri 09:00-20:00', '~ fleet: mode observe → act',
    ])
  })

  it('stops acting before all else is written', () => {
    expect(steps(intent(['mode: act', 'mode: observe'], ['keep: 1', 'keep: 2']), deliver(intent()))).toEqual(['~ fleet: mode act → observe', '~ pool us-dev/workers: keep 1 → 2'])
  })

  it('tells the environments where their cluster is now', () => {
    const moved = deliver(intent(['us-east-1', 'eu-west-1']), deliver(intent()))

    expect(moved.environments.map(({ clusterArn }) => clusterArn)).toEqual(Array(2).fill('arn:aws:eks:eu-west-1:111122223333:cluster/us-dev'))
  })

  it('keeps a cluster listed that was taken out while its pools are given back', () => {
    const two = deliver(intent(['environments:', CLUSTER_OF_ITS_OWN]))

    const one = deliver(intent(), two)

    expect(one.fleet?.clusters).toEqual(['eu', 'us-dev'])
    expect(one.pools.find(({ cluster }) => cluster === 'eu')?.removed).toBe(true)
  })

  it('is refused while a pool is not as it was and its cluster gets another arn', () => {
    const now = deliver(intent())
    const pools = now.pools.map((pool) => ({ ...pool, original: { minSize: 1, desiredSize: 5, maxSize: 9, rebalancing: true } }))
    const delivered = { ...now, pools }

    expect(deliveryObstacles(delivered, planDelivery(intent(['cluster/us-dev', 'cluster/us-dev-2']), delivered, NOW))).toEqual([
      expect.stringContaining('pool us-dev/workers is not as it was, and with another arn it could not be given back'),
    ])
  })
})

describe('a delivery to an environment that sleeps', () => {
  it('is refused where it would leave out what is held or asleep, so that nobody would put it back', () => {
    const sleeping = 'namespaces: [shop]\n    sleep: { daemonSets: true, kinds: [kafkas.kafka.strimzi.io] }\n    managedBy: { cluster: us-dev, application: argocd/shop }'
    const now = deliver(intent(['namespaces: [shop]', sleeping]))
    const delivered = { ...now, environments: now.environments.map((environment) => ({ ...environment, phase: 'asleep' as const })) }

    expect(deliveryObstacles(delivered, planDelivery(intent(), delivered, NOW))).toEqual([
      'environment us-dev/shop is asleep and its change leaves out Application shop in us-dev, kind kafkas.kafka.strimzi.io, its DaemonSets, which would never be woken; first run: catnap wake us-dev/shop --wait',
    ])
  })
})

describe('a difference in words', () => {
  it.each([
    [{ a: ['x', 'y'] }, { a: ['y', 'z'] }, 'a +z -x'],
    [{ a: ['x', 'y'] }, { a: ['y', 'x'] }, 'a in another order'],
    [{}, { idle: { afterSeconds: 2700, belowPerMinute: 1 } }, 'idle.after none → 45m, idle.belowPerMinute none → 1'],
    [{ wake: { by: 'click', hosts: [] } }, { wake: { by: 'off', hosts: [] } }, 'wake.by click → off'],
  ])('of %j and %j is %s', (before, after, said) => {
    expect(sayDifference(before, after)).toBe(said)
  })
})
