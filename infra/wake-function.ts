import { type Construct } from 'constructs'
import { type Alarms } from './alarms.ts'
import { CatnapFunction } from './catnap-function.ts'
import { type Layout } from './layout.ts'

export interface WakeFunctionProps {
  readonly name: 'wake' | 'door'
  readonly layout: Layout
  readonly table: string
  readonly alarms: Alarms
}

/** functions/wake.ts: in the hub behind its own URL, and in each spoke with a balancer behind that. */
export const createWakeFunction = (scope: Construct, id: string, { name, layout, table, alarms }: WakeFunctionProps): CatnapFunction =>
  new CatnapFunction(scope, id, {
    name,
    entry: 'wake',
    does: 'answers for an environment that sleeps: the wake page, and one wake however many ask',
    layout,
    table,
    alarms,
    timeoutSeconds: 10,
    // A person waits for its cold start, and CPU comes with memory.
    memoryMiB: 1024,
    // Neither a Function URL nor a balancer has a throttle of its own. At 5 ms a request, 50 at once answer 10,000 in a second.
    reservedConcurrency: 50,
    variables: linkVariables(layout),
  })

/** Where the key of signed links is; the key itself is in no template and no variable. */
export const linkVariables = ({ linkKey }: Layout): Readonly<Record<string, string>> => (linkKey === undefined ? {} : { CATNAP_LINK_KEY: linkKey })
