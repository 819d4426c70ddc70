import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { requestCounts } from '../../../lib/adapters/cloudwatch/request-counts.ts'
import { judgeRequests, type TargetGroupTraffic } from '../../../lib/domain/idleness/judge-requests.ts'
import { watchBegins } from '../../../lib/domain/idleness/period.ts'
import type { Cluster } from '../../../lib/domain/fleet.ts'
import { type Instant, iso, later } from '../../../lib/domain/time.ts'
import type { CloudFaults } from '../../../lib/sandbox/cloud/server.ts'
import { cloudWorld, start } from '../../sandbox/cloud/cloud-world.ts'

const MINUTE = 60
const CLUSTER: Cluster = { name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }
const SERVICE = 'checkout/storefront'
const IDLE = { afterSeconds: 15 * MINUTE, belowPerMinute: 1 }

/** A balancer in front of one Service with healthy pods, and everything that was asked of CloudWatch. */
const world = async (faults: CloudFaults = {}) => {
  const asked: string[] = []
  const started = await cloudWorld({
    intercept: async (call) => {
      asked.push(call.action)
      return faults.intercept?.(call)
    },
  })
  vi.stubEnv('AWS_ENDPOINT_URL', started.cloud.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIACATNAP')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox')
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { targetGroups } = started.cloud
  targetGroups.hold('us-dev', SERVICE, { registered: 2, healthy: 2 })
  const traffic = requestCounts()
  const arn = targetGroups.of('us-dev', SERVICE).targetGroupArn
  const ask = async (from: Instant, ...arns: readonly string[]) => traffic.requests(CLUSTER, arns.length === 0 ? [arn] : arns, from, started.timeline.now())
  return { ...started, asked, targetGroups, arn, ask }
}

const periods = (traffic: TargetGroupTraffic | undefined) => {
  if (traffic === undefined || 'problem' in traffic) return traffic
  return traffic.periods.map(({ from, requests, healthyHosts }) => `${iso(from).slice(11, 16)} ${requests ?? '-'} ${healthyHosts ?? '-'}`)
}

/** Refuses the first call of an action, or each. */
const refusing = (action: string, code: string, times = Infinity): CloudFaults => {
  let refused = 0
  return {
    intercept: async (call) => {
      if (call.action !== action || refused >= times) return undefined
      refused += 1
      return { status: 400, code, message: `${code} says the cloud` }
    },
  }
}

describe('the requests of a target group', () => {
  it('come by five minutes, each named, with the healthy hosts beside them', async () => {
    const { targetGroups, arn, pass, ask } = await world()
    await pass(11 * MINUTE)
    targetGroups.request('us-dev', SERVICE, 12, 5 * MINUTE)
    await pass(10 * MINUTE)
    targetGroups.hold('us-dev', SERVICE, { registered: 0, healthy: 0 })
    await pass(12 * MINUTE)
    expect(periods((await ask(later(start, 2 * MINUTE))).get(arn))).toEqual(['08:00 - 2', '08:05 - 2', '08:10 9 2', '08:15 3 2', '08:20 - 2', '08:25 - -'])
  })

  it('cost two metrics a time; where its balancer is, is asked once an hour', async () => {
    const { cloud, arn, asked, pass, ask } = await world()
    await pass(30 * MINUTE)
    await ask(start, arn, arn)
    await pass(5 * MINUTE)
    await ask(start)
    expect(asked).toEqual(['ListMetrics', 'GetMetricData', 'GetMetricData'])
    expect(cloud.charges()).toEqual([{ use: 'cloudwatch-metric', units: 4, usd: 0.000_04 }])
    await pass(60 * MINUTE)
    await ask(later(start, 60 * MINUTE))
    expect(asked.slice(3)).toEqual(['ListMetrics', 'GetMetricData'])
  })

  it('of more groups than one call takes come in several calls', async () => {
    const { targetGroups, asked, pass, ask } = await world()
    const arns = Array.from({ length: 251 }, (_, index) => {
      targetGroups.hold('us-dev', `shop/web-${index}`, { registered: 1, healthy: 1 })
      return targetGroups.of('us-dev', `shop/web-${index}`).targetGroupArn
    })
    await pass(20 * MINUTE)
    const found = await ask(start, ...arns)
    expect(asked.filter((action) => action === 'GetMetricData')).toHaveLength(2)
    expect([...found.keys()]).toEqual(arns)
    expect([...found.values()].map(periods).every((one) => Array.isArray(one) && one.length === 4 && one[1] === '08:05 - 1')).toBe(true)
  })

  it.each([
    ['', 'not the ARN of a target group: found ""'],
    ['arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0', 'not the ARN of a target group'],
    ['arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/nlb/0a1b2c3d4e5f6789', 'no Application Load Balancer published a HealthyHostCount for it in two weeks'],
  ])('are a problem of "%s" alone', async (bad, problem) => {
    const { arn, pass, ask } = await world()
    await pass(20 * MINUTE)
    const found = await ask(start, bad, arn)
    expect(found.get(bad)).toEqual({ problem: expect.stringContaining(problem) })
    expect(found.get(arn)).toHaveProperty('periods')
  })

  it('are a problem while the group is too new to be listed, and found once it is', async () => {
    const { arn, pass, ask } = await world()
    await pass(10 * MINUTE)
    expect((await ask(start)).get(arn)).toHaveProperty('problem')
    await pass(10 * MINUTE)
    expect((await ask(start)).get(arn)).toHaveProperty('periods')
  })

  it.each([
    ['ListMetrics', 'ThrottlingException', 'its balancer could not be looked for: ThrottlingException: ThrottlingException says the cloud'],
    ['GetMetricData', 'InternalServiceFault', 'CloudWatch could not be asked: InternalServiceFault: InternalServiceFault says the cloud'],
    ['ListMetrics', 'AccessDeniedException', 'the role needs the right cloudwatch:ListMetrics'],
    ['GetMetricData', 'AccessDeniedException', 'the role needs the right cloudwatch:GetMetricData'],
  ])('are a problem, never none, where %s ends in %s; the next time they are asked for again', async (action, code, problem) => {
    const { arn, pass, ask } = await world(refusing(action, code, 1))
    await pass(20 * MINUTE)
    expect((await ask(start)).get(arn)).toEqual({ problem: expect.stringContaining(problem) })
    expect((await ask(start)).get(arn)).toHaveProperty('periods')
  })

  it('of no time at all are asked of nobody', async () => {
    const { arn, asked, pass, ask, timeline } = await world()
    await pass(20 * MINUTE)
    expect((await ask(timeline.now())).get(arn)).toEqual({ periods: [] })
    expect(asked).not.toContain('GetMetricData')
  })

  it('let an environment be idle while nobody comes, and no longer once one does or its targets are gone', async () => {
    const { arn, targetGroups, pass, ask, timeline } = await world()
    const activity = async () => {
      const now = timeline.now()
      return judgeRequests({ idle: IDLE, awakeSince: start, groups: await ask(watchBegins(IDLE, now), arn) }, now)
    }
    await pass(17 * MINUTE)
    expect(await activity()).toMatchObject({ seen: 'unknown' })
    await pass(3 * MINUTE)
    expect(await activity()).toEqual({ seen: 'idle', why: 'idle since 2026-11-22T08:00:00Z: at most 0 requests a minute, below 1' })
    targetGroups.request('us-dev', SERVICE, 30)
    await pass(6 * MINUTE)
    expect(await activity()).toEqual({ seen: 'active', why: '6 requests a minute from 2026-11-22T08:20:00Z' })
    await pass(30 * MINUTE)
    expect(await activity()).toMatchObject({ seen: 'idle' })
    targetGroups.hold('us-dev', SERVICE, { registered: 0, healthy: 0 })
    await pass(12 * MINUTE)
    expect(await activity()).toMatchObject({ seen: 'unknown', why: expect.stringContaining('no HealthyHostCount') })
  })
})
