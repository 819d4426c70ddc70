import { parseDuration } from '../duration.ts'
import { parseByteRate } from '../idleness/byte-rate.ts'
import type { IdleTerms, PrometheusTerms } from '../idleness/idle-terms.ts'
import { parseRequestRate } from '../request-rate.ts'
import { quantity } from '../requests.ts'
import type { Intent } from './schema.ts'

type WrittenIdle = NonNullable<Intent['environments'][string]['idle']>

/** The terms of `idle` as it is written in the intent, in the units they are reckoned in. */
export const idleTermsOf = ({ after, requests, cpu, network, prometheus, jobs, deployments }: WrittenIdle): IdleTerms => ({
  afterSeconds: parseDuration(after),
  ...(requests === undefined ? {} : { belowPerMinute: parseRequestRate(requests.below) }),
  ...(cpu === undefined ? {} : { cpuBelowMilli: quantity(cpu.below) * 1000 }),
  ...(network === undefined ? {} : { networkBelowBytesPerSecond: parseByteRate(network.below) }),
  ...(prometheus === undefined ? {} : { prometheus: prometheusTermsOf(prometheus) }),
  ...(jobs ? {} : { jobs: false }),
  ...(deployments ? {} : { deployments: false }),
})

const prometheusTermsOf = ({ query, below, url, token, workspace }: NonNullable<WrittenIdle['prometheus']>): PrometheusTerms => ({
  query,
  below,
  ...(url === undefined ? {} : { url }),
  ...(token === undefined ? {} : { tokenParameter: parameterOf(token) }),
  ...(workspace === undefined ? {} : { workspace }),
})

/** The name of a parameter written `ssm:/catnap/…`. */
export const parameterOf = (written: string): string => written.slice('ssm:'.length)
