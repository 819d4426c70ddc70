import { describe, expect, it } from 'vitest'
import { dynamodbSendings } from '../../../lib/adapters/dynamodb/dynamodb-sendings.ts'
import type { Sending } from '../../../lib/domain/report/sending.ts'
import { instant } from '../../../lib/domain/time.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { testTable } from './start-table.ts'

const sendings = async () => dynamodbSendings((await testTable()).client, TABLE)

const sendingWith = (changes: Partial<Sending> = {}): Sending =>
  ({ key: 'finops/weekly/2026-11-16', recipient: 'finops', state: 'sending', at: instant('2026-11-23T07:40:00Z'), times: 1, ...changes })

describe('what became of a mail', () => {
  it('is read back as it was written, and is not there before', async () => {
    const store = await sendings()
    expect(await store.get('finops/weekly/2026-11-16')).toBeUndefined()
    const sending = sendingWith({ state: 'failed', problem: 'busy', againAt: instant('2026-11-23T08:30:00Z') })
    expect(await store.put(sending, undefined)).toBe(true)
    expect(await store.get(sending.key)).toEqual(sending)
  })

  it('is written by one of two who saw the same', async () => {
    const store = await sendings()
    expect(await Promise.all([store.put(sendingWith(), undefined), store.put(sendingWith(), undefined)]).then((all) => all.toSorted())).toEqual([false, true])
    expect(await store.put(sendingWith({ state: 'sent', messageId: 'm' }), sendingWith())).toBe(true)
    expect(await store.put(sendingWith({ state: 'failed' }), sendingWith())).toBe(false)
    expect(await store.put(sendingWith({ times: 2 }), sendingWith({ state: 'sent', times: 9 }))).toBe(false)
  })

  it('is told newest first, for one recipient, whatever the cadence was', async () => {
    const store = await sendings()
    for (const period of ['weekly/2026-11-09', 'daily/2026-11-20', 'daily/2026-11-21', 'weekly/2026-11-16', 'monthly/2026-10-01']) {
      await store.put(sendingWith({ key: `finops/${period}` }), undefined)
    }
    await store.put(sendingWith({ key: 'team/daily/2026-11-22', recipient: 'team' }), undefined)
    expect((await store.latest('finops', 3)).map(({ key }) => key)).toEqual(['finops/daily/2026-11-21', 'finops/daily/2026-11-20', 'finops/weekly/2026-11-16'])
    expect(await store.latest('nobody', 3)).toEqual([])
  })
})
