import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import type { ConsumeOptions } from '../../lib/sandbox/cloud/event-source.ts'
import { environmentVariables } from '../../lib/sandbox/environment-variables.ts'
import type { Timeline } from '../../lib/sandbox/timeline.ts'
import type { Gate } from './gate.ts'
import type { Invocation } from './invocation.ts'
import { Workers } from './workers.ts'

/** The functions, each invocation in a process that can be killed at each of its calls. */
export interface RunningFunctions {
  readonly workers: Workers
  /** While it is false, no tick comes. */
  ticking: boolean
  /** Somebody clicks on the wake page of an environment. */
  click(environment: string): Promise<void>
  /**
   * Holds up the worker that is at work for so long, while everything else goes on; its message comes again later. Wait for
   * the answer, then let it go on.
   */
  holdUp(seconds: number): Promise<void>
  /** Whether the worker at work is one that was held up. */
  isLate(): boolean
  /** Tells of each turn that ran to its end. */
  onEnd(listener: (turn: string) => void): void
}

/** What goes wrong with deliveries, by queue. */
export type Deliveries = Pick<ConsumeOptions, 'duplicate' | 'delaySeconds'>

/** Where the functions run, and what they are given. */
interface FunctionsOptions {
  readonly loader: string
  readonly gate: Gate
  readonly timeline: Timeline
  readonly cloud: SimulatedCloud
  readonly tableUrl: string
  readonly deliveries: Deliveries
}

const QUEUES = { 'catnap-wake': 'reconcile', 'catnap-work': 'reconcile', 'catnap-nodes': 'reclaim' } as const
/** As infra/ sets it: six times the function's timeout. */
const VISIBILITY_SECONDS = 540

/** Puts the functions behind their queues and their rule. */
export const startFunctions = ({ loader, gate, timeline, cloud, tableUrl, deliveries }: FunctionsOptions): RunningFunctions => {
  const workers = new Workers(loader, environmentVariables(cloud.url, tableUrl))
  let invocations = 0
  const listeners: ((turn: string) => void)[] = []
  let present: { readonly work: Promise<unknown>; readonly leave: () => void } | undefined
  const invoke = async (name: Invocation['name'], about: string, event: unknown): Promise<unknown> => {
    invocations += 1
    const turn = `${name} ${about}`
    gate.begin(turn)
    const work = workers.invoke({ id: `request-${invocations}`, name, event, now: timeline.now() })
    const heldUp = Promise.withResolvers<never>()
    const before = present
    present = { work, leave: () => heldUp.reject(new Error('it takes too long')) }
    try {
      const result = await Promise.race([work, heldUp.promise])
      for (const listener of listeners) listener(turn)
      return result
    } finally {
      present = before
    }
  }
  let late = false
  const goOn = async (resume: () => void, work: Promise<unknown>): Promise<void> => {
    late = true
    resume()
    await work.catch(() => {})
    late = false
  }
  for (const [queue, name] of Object.entries(QUEUES)) {
    cloud.queue(queue).consume(async (event: SQSEvent) => (await invoke(name, subjectOf(event), event)) as SQSBatchResponse, {
      ...deliveries, maxConcurrency: 5, batchSize: 1, visibilitySeconds: VISIBILITY_SECONDS, maxReceiveCount: 5, deadLetterQueue: cloud.queue(`${queue}-dead`),
    })
  }
  // Looks change nothing that could be lost: their messages are left lying.
  cloud.queue('catnap-usage')
  const functions: RunningFunctions = {
    workers,
    ticking: true,
    click: async (environment) => void (await invoke('wake', environment, clickEvent(`${environment}.example.com`))),
    holdUp: (seconds) => new Promise((resume) => {
      const turn = present
      // Another call of the same worker holds it up already.
      if (turn === undefined) return resume()
      const thaw = workers.freeze()
      timeline.after(seconds, () => {
        thaw({ now: timeline.now() })
        return goOn(resume, turn.work)
      })
      turn.leave()
    }),
    isLate: () => late,
    onEnd: (listener) => void listeners.push(listener),
  }
  // A tick that fails is gone: the next one does its work.
  const everyMinute = async (): Promise<void> => {
    timeline.after(60, everyMinute)
    if (functions.ticking) await invoke('tick', 'all', {}).catch(() => {})
  }
  timeline.after(60, everyMinute)
  return functions
}

const subjectOf = ({ Records: [record] }: SQSEvent): string => {
  const { id, cluster }: { id?: string; cluster?: string } = JSON.parse(record?.body ?? '{}')
  return id ?? cluster ?? ''
}

/** As a Function URL sends a click on the page's button. */
const clickEvent = (host: string) => ({
  version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false,
  headers: { host, origin: `http://${host}`, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
  requestContext: { stage: '$default', http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' } },
})
