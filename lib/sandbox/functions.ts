import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { SimulatedCloud } from './cloud/cloud.ts'
import type { Timeline } from './timeline.ts'

/** What a Lambda function is to whoever invokes it. */
type Invoke = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>

/** Catnap's own functions, as deployed, and the wake function to be put behind an address. */
export interface DeployedFunctions {
  readonly wake: (event: unknown) => Promise<unknown>
  /** Why ticks failed, as Lambda's own error count would tell. */
  readonly failedTicks: readonly string[]
}

/** The queues of infra/, each with the function behind it and how many run at once. */
const QUEUES = [
  { name: 'catnap-wake', maxConcurrency: 10 },
  { name: 'catnap-work', maxConcurrency: 5 },
  { name: 'catnap-nodes', maxConcurrency: 5 },
] as const

/**
 * Deploys the functions of functions/ as infra/ does: queues with their event sources, a tick each minute. They are
 * loaded only now, because what they find in their environment is set before.
 */
export const deployFunctions = async (timeline: Timeline, cloud: SimulatedCloud): Promise<DeployedFunctions> => {
  const [tick, wake, reconcile, reclaim] = await Promise.all([
    import('../../functions/tick.ts'), import('../../functions/wake.ts'), import('../../functions/reconcile.ts'), import('../../functions/reclaim.ts'),
  ])
  let requests = 0
  const context = () => ({ awsRequestId: `request-${(requests += 1)}` })
  for (const { name, maxConcurrency } of QUEUES) {
    const handler = (name === 'catnap-nodes' ? reclaim.handler : reconcile.handler) as unknown as Invoke
    const consume = async (event: SQSEvent) => (await handler(event, context())) as SQSBatchResponse
    const deadLetterQueue = cloud.queue(`${name}-dead`)
    cloud.queue(name).consume(consume, { maxConcurrency, batchSize: 1, visibilitySeconds: 540, maxReceiveCount: 5, deadLetterQueue })
  }
  const failedTicks: string[] = []
  const everyMinute = async (): Promise<void> => {
    timeline.after(60, everyMinute)
    try {
      await (tick.handler as unknown as Invoke)({}, context())
    } catch (error) {
      failedTicks.push(error instanceof Error ? error.message : String(error))
    }
  }
  timeline.after(0, everyMinute)
  return { wake: (event) => (wake.handler as unknown as Invoke)(event, context()), failedTicks }
}
