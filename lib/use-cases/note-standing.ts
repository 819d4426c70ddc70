import { isDeepEqual } from '../domain/is-deep-equal.ts'
import type { Standing } from '../domain/journal/fact.ts'
import type { HistoryEntry } from '../domain/history.ts'
import type { Pool } from '../domain/pool.ts'
import { sayStranded, type Stranded } from '../domain/stranded.ts'
import type { Outside } from './world.ts'

/**
 * Tells the journal what a pool is now, and what holds its nodes, when that is not what it heard last. Told before it is
 * noted on the pool: interrupted in between it is told again, which changes nothing.
 */
export const noteStanding = async (
  { clock, memory }: Pick<Outside, 'clock' | 'memory'>,
  pool: Pool,
  standing: Standing,
  stranded: Stranded | undefined,
): Promise<void> => {
  const heldBy = stranded === undefined ? undefined : sayStranded(stranded)
  const isSame = isDeepEqual(standing, pool.standing)
  if (isSame && heldBy === pool.heldBy && isDeepEqual(stranded, pool.stranded)) return
  const [at, ledgerName] = [clock.now(), `${pool.cluster}/${pool.name}`]
  const said = (text: string, fact: HistoryEntry['fact']): HistoryEntry =>
    ({ at, subject: `${pool.cluster}/pool/${pool.name}`, what: 'standing', text, ...(fact === undefined ? {} : { fact }) })
  await memory.append([
    ...(isSame ? [] : [said(sayStanding(pool.name, standing), {
      kind: 'standing', at, pool: ledgerName, is: standing, ...(pool.standing === undefined ? {} : { was: pool.standing }),
    })]),
    ...(heldBy === pool.heldBy ? [] : [said(heldBy === undefined ? 'nothing holds its nodes any more' : `asleep, but held: ${heldBy}`, {
      kind: 'blocker', at, pool: ledgerName, ...(pool.heldBy === undefined ? {} : { was: pool.heldBy }), ...(heldBy === undefined ? {} : { is: heldBy }),
    })]),
  ])
  await memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { standing, heldBy, stranded } })
}

const sayStanding = (name: string, { heldNodes, wantedNodes, surplusNodes }: Standing): string =>
  `pool ${name}: ${wantedNodes} nodes asked for${heldNodes === undefined ? '' : `, ${heldNodes} without Catnap`}${surplusNodes === undefined ? '' : `, ${surplusNodes} more since its last wake`}`
