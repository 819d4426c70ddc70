import middy from '@middy/core'
import { briefMemory } from '../lib/adapters/cache/brief-memory.ts'
import { readVisit, type WakeEvent } from '../lib/adapters/http/read-visit.ts'
import { toResponse, type WakeResponse } from '../lib/adapters/http/to-response.ts'
import { answerVisit } from '../lib/use-cases/answer-visit.ts'
import { wakeReply } from '../lib/views/wake-reply.ts'
import { linking } from './runtime/linking.ts'
import { outside } from './runtime/outside.ts'

const { memory, ...world } = outside()
const linkKeys = linking(world.clock)
const answer = answerVisit({ ...world, memory: briefMemory(memory, world.clock), ...(linkKeys === undefined ? {} : { linkKeys }) })

/** A visit to an environment that sleeps, from a Function URL, an HTTP API or a load balancer. */
export const handler = middy<WakeEvent, WakeResponse>()
  .onError((request) => {
    // Whatever happened is ours to read, not the visitor's.
    world.log.warn('a visit could not be answered', { reason: String(request.error) })
    const visit = readVisit(request.event)
    request.response = toResponse(request.event, visit, wakeReply(visit, { is: 'trouble' }, world.clock.now()))
  })
  .handler(async (event: WakeEvent) => {
    const visit = readVisit(event)
    return toResponse(event, visit, wakeReply(visit, await answer(visit), world.clock.now()))
  })
