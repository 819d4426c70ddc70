import middy from '@middy/core'
import { account } from '../lib/use-cases/account.ts'
import { accounting } from './runtime/accounting.ts'

const world = accounting()

/** Each hour: what the fleet cost and saved up to the last full hour, and once a day the bill and the advice. */
export const handler = middy().handler(() => account(world))
