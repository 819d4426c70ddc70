import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { hourOf } from '../domain/ledger/clock-hour.ts'
import { type Instant, later } from '../domain/time.ts'
import type { SimulatedCloud } from './cloud/cloud.ts'
import type { Timeline } from './timeline.ts'

/** What a Lambda function is to whoever invokes it. */
type Invoke = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>

/** Catnap's own functions, as deployed, and the wake function to be put behind an address. */
export interface DeployedFunctions {
  readonly wake: (event: unknown) => Promise<unknown>
  /** Accounts now, beside its hourly runs. */
  readonly account: () => Promise<void>
  /** Why what a schedule started failed, as Lambda's own error count would tell. */
  readonly failedRuns: readonly string[]
}

/** The queues of infra/, each with the function behind it and how many run at once. */
const QUEUES = [
  { name: 'catnap-wake', maxConcurrency: 10 },
  { name: 'catnap-work', maxConcurrency: 5 },
  { name: 'catnap-nodes', maxConcurrency: 5 },
  { name: 'catnap-usage', maxConcurrency: 5 },
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
  const workers = { 'catnap-wake': reconcile, 'catnap-work': reconcile, 'catnap-nodes': reclaim, 'catnap-usage': observe }
  let requests = 0
  const context = () => ({ awsRequestId: `request-${(requests += 1)}` })
  for (const { name, maxConcurrency } of QUEUES) {
    const handler = workers[name].handler as unknown as Invoke
    const consume = async (event: SQSEvent) => (await handler(event, context())) as SQSBatchResponse
    const deadLetterQueue = cloud.queue(`${name}-dead`)
    cloud.queue(name).consume(consume, { maxConcurrency, batchSize: 1, visibilitySeconds: 540, maxReceiveCount: 5, deadLetterQueue })
  }
  const failedRuns: string[] = []
  const run = async (handler: unknown): Promise<void> => {
    try {
      await (handler as Invoke)({}, context())
    } catch (error) {
      failedRuns.push(error instanceof Error ? error.message : String(error))
    }
  }
  const every = (seconds: number, first: Instant, handler: unknown): void => {
    timeline.at(first, async () => {
      every(seconds, later(first, seconds), handler)
      await run(handler)
    })
  }
  const hour = hourOf(timeline.now())
  every(60, timeline.now(), tick.handler)
  every(3600, later(hour, 20 * 60), account.handler)
  every(3600, later(hour, 40 * 60), report.handler)
  return { wake: (event) => (wake.handler as unknown as Invoke)(event, context()), account: () => run(account.handler), failedRuns }
}
