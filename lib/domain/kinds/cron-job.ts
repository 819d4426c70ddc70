import { suspendedKind } from './suspended-kind.ts'

export const CRON_JOB = suspendedKind('CronJob', 'schedule', { group: 'batch', version: 'v1', plural: 'cronjobs' }, false)
