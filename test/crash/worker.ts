import type { Context } from 'aws-lambda'
import { handler as reclaim } from '../../functions/reclaim.ts'
import { handler as reconcile } from '../../functions/reconcile.ts'
import { handler as tick } from '../../functions/tick.ts'
import { handler as wake } from '../../functions/wake.ts'
import { followTimeline } from '../../lib/sandbox/follow-timeline.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Answer, Invocation, Later } from './invocation.ts'

// The child: the real handlers in a process of their own, which the world can kill. It has no clock but the world's.

type Handler = (event: unknown, context: Context) => Promise<unknown>

const handlers = { tick, reconcile, reclaim, wake } as unknown as Readonly<Record<Invocation['name'], Handler>>

let now = 0 as Instant
followTimeline({ now: () => now })

const send = (answer: Answer): void => void process.send?.(answer)

process.on('message', async (invocation: Invocation | Later) => {
  now = invocation.now
  if (!('name' in invocation)) return
  try {
    const result = await handlers[invocation.name](invocation.event, { awsRequestId: invocation.id } as Context)
    send({ id: invocation.id, result })
  } catch (error) {
    send({ id: invocation.id, error: String(error) })
  }
})

// Nobody is left to work for.
process.on('disconnect', () => process.exit())

send({ id: 'ready' })
