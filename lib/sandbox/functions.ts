import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { hourOf } from '../domain/ledger/clock-hour.ts'
import { type Instant, later } from '../domain/time.ts'
import type { SimulatedCloud } from './cloud/cloud.ts'
import type { Timeline } from './timeline.ts'

/** What a Lambda function is to whoever invokes it. */
type Invoke = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>

/** The functions of functions/. */
export type FunctionName = 'tick' | 'wake' | 'reconcile' | 'reclaim' | 'observe' | 'account' | 'report'

/** Catnap's own functions, as deployed, and the wake function to be put behind an address. */
export interface DeployedFunctions {
  readonly wake: (event: unknown) => Promise<unknown>
  /** Accounts now, beside its hourly runs. */
  readonly account: () => Promise<void>
  /** Why what a schedule started failed, as Lambda's own error count would tell. */
  readonly failedRuns: readonly string[]
  /** How often each function was invoked. */
  readonly invocations: Readonly<Record<FunctionName, number>>
}

/** The queues of infra/, each with the function behind it and how many run at once. */
const QUEUES = [
  { name: 'catnap-wake', worker: 'reconcile', maxConcurrency: 10 },
  { name: 'catnap-work', worker: 'reconcile', maxConcurrency: 5 },
  { name: 'catnap-nodes', worker: 'reclaim', maxConcurrency: 5 },
  { name: 'catnap-usage', worker: 'observe', maxConcurrency: 5 },
] as const

/**
 * Deploys the functions of functions/ as infra/ does: queues with their event sources, a tick each minute, the
 * books and the mails each hour. They are loaded only now, because what they find in their environment is set before.
 */
export const deployFunctions = async (timeline: Timeline, cloud: SimulatedCloud): Promise<DeployedFunctions> => {
  const [tick, wake, reconcile, reclaim, observe, account, report] = await Promise.all([
    import('../../functions/tick.ts'), import('../../functions/wake.ts'), import('../../functions/reconcile.ts'), import('../../functions/reclaim.ts'),
    import('../../functions/observe.ts'), import('../../functions/account.ts'), import('../../functions/report.ts'),
  ])
  const handlers: Readonly<Record<FunctionName, { readonly handler: unknown }>> = { tick, wake, reconcile, reclaim, observe, account, report }
  const invocations: Record<FunctionName, number> = { tick: 0, wake: 0, reconcile: 0, reclaim: 0, observe: 0, account: 0, report: 0 }
  let requests = 0
  const invoke = (name: FunctionName, event: unknown): Promise<unknown> => {
    invocations[name] += 1
    requests += 1
    return (handlers[name].handler as Invoke)(event, { awsRequestId: `request-${requests}` })
  }
  for (const { name, worker, maxConcurrency } of QUEUES) {
    const consume = async (event: SQSEvent) => (await invoke(worker, event)) as SQSBatchResponse
    const deadLetterQueue = cloud.queue(`${name}-dead`)
    cloud.queue(name).consume(consume, { maxConcurrency, batchSize: 1, visibilitySeconds: 540, maxReceiveCount: 5, deadLetterQueue })
  }
  const failedRuns: string[] = []
  const run = async (name: FunctionName): Promise<void> => {
    try {
      await invoke(name, {})
    } catch (error) {
      failedRuns.push(error instanceof Error ? error.message : String(error))
    }
  }
  const every = (seconds: number, first: Instant, name: FunctionName): void => {
    timeline.at(first, async () => {
      every(seconds, later(first, seconds), name)
      await run(name)
    })
  }
  const hour = hourOf(timeline.now())
  every(60, timeline.now(), 'tick')
  every(3600, later(hour, 20 * 60), 'account')
  every(3600, later(hour, 40 * 60), 'report')
  return { wake: (event) => invoke('wake', event), account: () => run('account'), failedRuns, invocations }
}
