import middy from '@middy/core'
import { tick } from '../lib/use-cases/tick.ts'
import { outside } from './runtime/outside.ts'

const world = outside()

/** Each minute: one message for everything that is due. */
export const handler = middy().handler(async () => ({ sent: await tick(world) }))
