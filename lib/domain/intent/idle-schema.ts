import { z } from 'zod'
import { BYTE_RATE_PATTERN, parseByteRate } from '../idleness/byte-rate.ts'
import { parseRequestRate, REQUEST_RATE_PATTERN } from '../request-rate.ts'
import { quantity } from '../requests.ts'
import { duration, lasting, matching, SEVEN_DAYS } from './field.ts'
import { CPU_PATTERN, PROMETHEUS_URL_PATTERN, TOKEN_PARAMETER_PATTERN, WORKSPACE_PATTERN } from './patterns.ts'

const FIVE_MINUTES = 5 * 60

/** Something of which less than a threshold counts as none. */
const threshold = (pattern: RegExp, expected: string, valueOf: (text: string) => number, found: { readonly example: string; readonly description: string; readonly examples: readonly string[] }) =>
  z.strictObject(
    {
      below: matching(pattern, expected)
        .refine((text) => !pattern.test(text) || valueOf(text) > 0, { error: 'more than 0: nothing is below 0' })
        .meta({ description: found.description, examples: [...found.examples] }),
    },
    { error: found.example },
  )

const requests = threshold(REQUEST_RATE_PATTERN, 'a rate of requests such as 1/min or 10/h', parseRequestRate, {
  example: 'requests such as { below: 1/min }',
  description:
    'Fewer requests than this, on average, count as none: a number per `s`, `min`, `h` or `d`. The load balancer’s own health checks ' +
    'are not counted; crawlers and monitors that come through it are, so set it above what they ask.',
  examples: ['1/min', '10/h'],
})

const cpu = threshold(CPU_PATTERN, 'CPU such as 50m or 0.5', (text) => quantity(text) * 1000, {
  example: 'CPU such as { below: 50m }',
  description: 'Less than this, all its pods together, counts as none. Seen at each look, not between them.',
  examples: ['50m', '0.5'],
})

const network = threshold(BYTE_RATE_PATTERN, 'a rate of bytes such as 10KiB/s', parseByteRate, {
  example: 'network such as { below: 10KiB/s }',
  description: 'Less than this, received and sent by all its pods together, counts as none: `B`, `kB`, `MB`, `KiB` or `MiB` a second.',
  examples: ['10KiB/s'],
})

const prometheus = z
  .strictObject(
    {
      query: z
        .string({ error: 'a PromQL query of one series such as sum(rate(http_requests_total[5m]))' })
        .min(1, { error: 'a PromQL query' })
        .max(2000, { error: 'at most 2,000 characters' })
        .meta({
          description: 'A PromQL query that yields one series. Where no series means 0, say so in it: `… or vector(0)`.',
          examples: ['sum(rate(http_requests_total{namespace="checkout"}[5m])) or vector(0)'],
        }),
      below: z.number({ error: 'a number' }).meta({ description: 'Its value is below this, at each step of the whole time, when nobody is there.', examples: [0.02] }),
      url: matching(PROMETHEUS_URL_PATTERN, 'an address such as https://prometheus.example.com, without user, query or fragment').optional().meta({
        description: 'Where a Prometheus answers, without `/api/v1`. The function `observe` must reach it: put its spoke into a VPC for a private one.',
        examples: ['https://prometheus.example.com'],
      }),
      token: matching(TOKEN_PARAMETER_PATTERN, 'an SSM parameter such as ssm:/catnap/prometheus-token').optional().meta({
        description: 'The bearer token for `url`: a SecureString in the account and region of the cluster, its name beginning with `/catnap/prometheus`.',
        examples: ['ssm:/catnap/prometheus-token'],
      }),
      workspace: matching(WORKSPACE_PATTERN, 'a workspace of Amazon Managed Prometheus such as ws-01234567-89ab-cdef-0123-456789abcdef, or its ARN').optional().meta({
        description: 'A workspace of Amazon Managed Prometheus in the account of the cluster: its id, then in the region of the cluster, or its ARN.',
        examples: ['ws-01234567-89ab-cdef-0123-456789abcdef'],
      }),
    },
    { error: 'a query such as { query: "…", below: 1, workspace: ws-… }' },
  )
  .refine(({ url, workspace }) => (url === undefined) !== (workspace === undefined), { error: 'either url or workspace' })
  .refine(({ url, token }) => token === undefined || url?.startsWith('https://') === true, { error: 'a token only for a url with https://' })
  .meta({ description: 'Quiet by what Prometheus says.', oneOf: [{ required: ['url'] }, { required: ['workspace'] }] })

const sign = (description: string) => z.boolean({ error: 'true or false' }).default(true).meta({ description, examples: [false] })

/** `idle` of an environment. */
export const idleSchema = z
  .strictObject(
    {
      after: duration()
        .refine(lasting(FIVE_MINUTES, SEVEN_DAYS), { error: 'at least 5m and at most 7d' })
        .meta({ description: 'How long it must have been quiet, from 5m to 7d.', examples: ['45m', '1h30m'] }),
      requests: requests.optional().meta({
        description: 'Quiet by the requests that its Application Load Balancer counts. Of this and the next three those that are named count, all of them; without any, `requests: { below: 1/min }`.',
      }),
      cpu: cpu.optional().meta({ description: 'Quiet by the CPU its pods use, as metrics-server shows it.' }),
      network: network.optional().meta({ description: 'Quiet by the network of its pods, as CloudWatch Container Insights shows it, where the cluster has it.' }),
      prometheus: prometheus.optional(),
      jobs: sign('Whether a Job that runs keeps it awake.'),
      deployments: sign('Whether a deployment within `after` keeps it awake: a workload that is new, gone, or has another pod template.'),
    },
    { error: 'idleness such as { after: 45m }' },
  )
  .overwrite((idle) => (idle.requests ?? idle.cpu ?? idle.network ?? idle.prometheus) === undefined ? { ...idle, requests: { below: '1/min' } } : idle)
  .meta({
    description:
      'Sleep earlier than the hours say, when nothing happens. Each signal that counts must say so for the whole time; one that says ' +
      'otherwise keeps it awake, and so does missing data. Without `idle`, only the hours count.',
  })
