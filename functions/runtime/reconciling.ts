import { channelNotices } from '../../lib/adapters/notices/channel-notices.ts'
import { secretParameters } from '../../lib/adapters/ssm/secret-parameter.ts'
import type { WarningWorld } from '../../lib/use-cases/warn-ahead.ts'
import { linking } from './linking.ts'
import { openTable } from './table.ts'
import { world } from './world.ts'

/** The world of `reconcile`: that of a worker, and the ways to tell people of a sleep ahead. The key of links is where the table is. */
export const reconciling = (): Omit<WarningWorld, 'compose'> => {
  const opened = openTable()
  const worker = world(opened)
  const [, , , region] = opened.table.split(':')
  const linkKeys = linking(worker.clock, region)
  const { CATNAP_WAKE_URL: wakeAddress } = process.env
  return {
    ...worker,
    notices: channelNotices(secretParameters(worker.clock)),
    ...(linkKeys === undefined ? {} : { linkKeys }),
    ...(wakeAddress === undefined ? {} : { wakeAddress }),
  }
}
