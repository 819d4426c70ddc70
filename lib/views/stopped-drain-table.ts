import { againAt, stoppedLately } from '../domain/empty-node.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { Pool } from '../domain/pool.ts'
import type { Instant } from '../domain/time.ts'
import { sayPrice } from './node-answers.ts'
import { PRICES } from './potential-table.ts'
import { type Canvas, type Cell, type Column, terminalTable } from './terminal-table.ts'
import { sayTime } from './zoned-time.ts'

const COLUMNS: readonly Column[] = [
  { title: 'stays usd/h', align: 'right' }, { title: 'pool' }, { title: 'node' }, { title: 'stopped' }, { title: 'again' }, { title: 'pod' }, { title: 'budget' }, { title: 'why' },
]

/** The drains that came to no end and are not tried again yet: which pod and which budget held each, and what its node goes on costing; empty: none. */
export const stoppedDrainLines = ({ timezone }: Fleet, pools: readonly Pool[], now: Instant, canvas: Canvas): readonly string[] => {
  const rows = pools.flatMap((pool) => Object.entries(stoppedLately(pool, now)).map(([instanceId, { at, why, node, pod, budgets = [], microUsdPerHour }]): Cell[] => [
    sayPrice(microUsdPerHour), `${pool.cluster}/${pool.name}`, node ?? instanceId, sayTime(at, timezone, now), sayTime(againAt(at), timezone, now), pod ?? '-', budgets.join(', ') || '-', why,
  ]))
  if (rows.length === 0) return []
  return [terminalTable(COLUMNS, rows, canvas), `${rows.length === 1 ? 'a node that could not be emptied stays' : `${rows.length} nodes that could not be emptied stay`} on the bill (${PRICES}; times in ${timezone})`]
}
