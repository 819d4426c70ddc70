import pMap from 'p-map'
import type { ContainerRecord } from '../domain/usage/container-record.ts'
import { containerKey, goneContainers, observeContainer } from '../domain/usage/observe-container.ts'
import type { SeenNamespaces } from '../ports.ts'
import type { AwakeEnvironment, Look } from './observe.ts'

/** Environments whose records are read at once. */
const AT_ONCE = 8

/** Reasons that are nobody's mistake: a measurement from before the last look, or from before it woke. */
const ORDINARY = new Set(['old', 'asleep'])

/** Takes what the containers use into their records. A look that is interrupted leaves a record as it was, or with the look. */
export const observeUsage = async ({ world: { clock, usage, log }, cluster }: Look, awake: readonly AwakeEnvironment[], { containers, unmeasured }: SeenNamespaces): Promise<void> => {
  // What was not measured must not be taken for gone.
  if (unmeasured !== undefined) throw new Error(unmeasured)
  const seen = Map.groupBy(containers, ({ namespace }) => namespace)
  const at = clock.now()
  const parts = await pMap(awake, async ({ environment, namespaces: own }) => {
    const before = new Map((await usage.of(environment.id)).map((record) => [containerKey(record), record]))
    const observed = own.flatMap((namespace) => seen.get(namespace) ?? []).map(({ namespace: _namespace, ...look }) =>
      observeContainer(before.get(containerKey(look)), look, { environment: environment.id, at, awakeSince: environment.since }))
    return {
      changed: observed.flatMap(({ record, changed }): readonly ContainerRecord[] => (changed ? [record] : [])),
      gone: goneContainers([...before.values()], new Set(observed.map(({ record }) => containerKey(record))), at),
      refused: observed.flatMap(({ refused }) => refused.filter(({ reason }) => !ORDINARY.has(reason))),
    }
  }, { concurrency: AT_ONCE })

  await usage.keep(parts.flatMap(({ changed }) => changed))
  await usage.drop(parts.flatMap(({ gone }) => gone))
  const refused = parts.flatMap((part) => part.refused)
  if (refused.length > 0) log.warn(`${refused.length} samples of usage say nothing sensible and were left out, the first: ${refused[0]?.text ?? ''}`, { cluster: cluster.name })
}
