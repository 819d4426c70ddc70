import middy from '@middy/core'
import { report } from '../lib/use-cases/report.ts'
import { ledgerCsv } from '../lib/views/mail/ledger-csv.ts'
import { reportMail } from '../lib/views/mail/report-mail.ts'
import { reporting } from './runtime/reporting.ts'

const world = reporting()

/** Each hour: one mail for every report that is due. */
export const handler = middy().handler(async () =>
  ({ sent: await report({ ...world, compose: (told) => reportMail(told.report, ledgerCsv(told.pools)) }) }))
