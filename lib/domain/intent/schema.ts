import { z } from 'zod'
import { dayNumber } from '../calendar-date.ts'
import { zoneNamed } from '../hours/zone.ts'
import { HoursError } from '../hours/hours-error.ts'
import { mistakesInHours } from '../hours.ts'
import { ENVIRONMENT_ID_PATTERN, LABEL_PATTERN } from './environment-id.ts'
import { duration, lasting, matching, SEVEN_DAYS } from './field.ts'
import { idleSchema } from './idle-schema.ts'
import { notifySchema, warnSchema } from './notify-schema.ts'
import {
  ARN_PATTERN,
  ENVIRONMENT_GLOB_PATTERN,
  EVERY_PATTERN,
  GLOB_PATTERN,
  LABEL_KEY_PATTERN,
  LABEL_VALUE_PATTERN,
  POOL_PATTERN,
} from './patterns.ts'
import { managedBySchema } from './managed-by-schema.ts'
import { sayDuration } from '../duration.ts'
import { DRAIN_SECONDS } from '../drain-limit.ts'
import { USUAL_PACE } from '../pace.ts'
import { sleepSchema } from './sleep-schema.ts'
import { wakeSchema } from './wake-schema.ts'

// The one source of the intent's types, validation and JSON Schema. An `error` is the text after "expected";
// descriptions, examples and defaults are what editors and docs/intent.md show.

const label = (what: string) => matching(LABEL_PATTERN, `${what}: lower-case letters, digits and "-", at most 63, as in checkout`)

/** Tells of every mistake that `mistakes` finds, with its hint and its place in the text. */
const readable =
  (mistakes: (text: string) => readonly HoursError[]) =>
  (text: string, context: z.RefinementCtx): void => {
    for (const { found, expected, hint, position } of mistakes(text)) {
      context.addIssue({ code: 'custom', message: expected, params: { found, hint, position } })
    }
  }

const mistakesInZone = (name: string): readonly HoursError[] => {
  try {
    zoneNamed(name)
    return []
  } catch (error) {
    if (error instanceof HoursError) return [error]
    throw error
  }
}

const mode = z.enum(['observe', 'act'], { error: 'observe or act' })

const pool = z
  .strictObject(
    {
      keep: z
        .number({ error: 'a whole number of nodes, 0 or more' })
        .int({ error: 'a whole number of nodes, 0 or more' })
        .min(0, { error: 'a whole number of nodes, 0 or more' })
        .meta({
          description: 'The fewest nodes left in this pool while all who use it sleep. 0 only in a cluster with `whole: true`.',
          examples: [1],
        }),
      disrupt: z
        .strictObject(
          {
            nodes: z.int({ error: 'a whole number of nodes, 0 or more' }).min(0, { error: 'a whole number of nodes, 0 or more' })
              .default(USUAL_PACE.nodes)
              .meta({ description: 'So many nodes.', examples: [10] }),
            percent: z.number({ error: 'a number from 0 to 100' }).min(0, { error: 'a number from 0 to 100' }).max(100, { error: 'a number from 0 to 100' })
              .default(USUAL_PACE.percent)
              .meta({ description: 'So much of the pool, rounded up.', examples: [10] }),
          },
          { error: 'a pace such as { nodes: 10, percent: 10 }' },
        )
        .prefault({})
        .meta({
          description:
            'How many of its nodes may be on their way off the bill at once: so many, or so much of the pool where that is ' +
            'more; always at least one.',
          examples: [{ nodes: 1, percent: 0 }],
        }),
      consolidate: z.boolean({ error: 'true or false' }).default(false).meta({
        description:
          'Whether nodes whose pods fit elsewhere are emptied through the Eviction API, under all budgets, while somebody who uses the ' +
          'pool sleeps. Left to Karpenter on a NodePool, also on one that never consolidates, and to Cluster Autoscaler where one runs.',
        examples: [true],
      }),
      drainWithin: duration()
        .refine(lasting(60, SEVEN_DAYS), { error: 'from 1m to 7d' })
        .default(sayDuration(DRAIN_SECONDS))
        .meta({ description: 'How long emptying one node may take. What is not empty by then is given back, and the pod and its budget are named.', examples: ['15m', '1h'] }),
    },
    { error: 'a pool such as { keep: 1 }' },
  )
  .meta({ description: 'What Catnap may do with one pool of nodes.' })

export const clusterSchema = z
  .strictObject(
    {
      arn: matching(ARN_PATTERN, 'the ARN of an EKS cluster such as arn:aws:eks:us-east-1:111122223333:cluster/us-dev').meta({
        description: 'The EKS cluster. Account, region and name are read from it.',
        examples: ['arn:aws:eks:us-east-1:111122223333:cluster/us-dev'],
      }),
      mode: mode.optional().meta({
        description: 'What Catnap does in this cluster, where it differs from the `mode` at the top. Without it, that one.',
        examples: ['act'],
      }),
      whole: z
        .boolean({ error: 'true or false' })
        .default(false)
        .meta({
          description:
            'The cluster may sleep to no node at all, system workloads included, once all its environments sleep: where every node is of ' +
            'a pool named here with `keep: 0`.',
          examples: [true],
        }),
      system: z
        .array(label('the name of a namespace'), { error: 'a list of namespaces such as [karpenter]' })
        .default([])
        .meta({
          description:
            'With `whole: true`: namespaces beside `kube-system` whose Deployments and StatefulSets go to zero with the whole cluster ' +
            'and are back before any environment wakes.',
          examples: [['karpenter', 'cert-manager']],
        }),
      pools: z
        .record(
          matching(POOL_PATTERN, 'the name of a node group, Auto Scaling group or NodePool'), pool,
          { error: 'pools by name, as in standard-workers: { keep: 1 }' },
        )
        .default({})
        .meta({
          description:
            'Pools of nodes Catnap may take nodes from, by their name in AWS or Karpenter. Those not named are left as ' +
            'they are.',
          examples: [{ 'standard-workers': { keep: 1 } }],
        }),
    },
    { error: 'a cluster with its arn' },
  )
  .meta({ description: 'One EKS cluster.' })

const namespaceSelector = z
  .strictObject(
    {
      matchLabels: z
        .record(
          matching(LABEL_KEY_PATTERN, 'a label key such as team or example.com/team'),
          matching(LABEL_VALUE_PATTERN, 'a label value: letters, digits, "-", "_" and ".", at most 63; numbers and true/false in quotes'),
          { error: 'labels such as { catnap: nightly }' },
        )
        .refine(
          (labels) => Object.keys(labels).length > 0,
          { error: 'at least one label: without one every namespace would match' },
        )
        .meta({ description: 'Namespaces that carry all these labels.', examples: [{ catnap: 'nightly' }] }),
    },
    { error: 'a selector such as { matchLabels: { catnap: nightly } }' },
  )
  .meta({ description: 'The namespaces it consists of, by their labels.' })

export const environmentSchema = z
  .strictObject(
    {
      namespaces: z
        .array(label('a namespace'), { error: 'a list of namespaces such as [checkout, checkout-jobs]' })
        .min(1, { error: 'at least one namespace' })
        .optional()
        .meta({
          description: 'The namespaces it consists of, by name. Either these or a `namespaceSelector`.',
          examples: [['checkout', 'checkout-jobs']],
        }),
      namespaceSelector: namespaceSelector.optional(),
      hours: z
        .string({ error: 'hours such as Mon-Fri 08:00-19:00, or always, or never' })
        .superRefine(readable(mistakesInHours))
        .meta({
          description:
            'When it is meant to be ready: `day[-day] start-end [zone]`, several with commas; or `always`; or `never`. ' +
            'Start inclusive, end exclusive, `24:00` allowed as an end; a window that ends before it starts runs ' +
            'overnight and belongs to the day on which it starts. The wake begins earlier, by what wakes usually take.',
          examples: [
            'Mon-Fri 08:00-19:00',
            'Mon-Thu 08:00-19:00, Fri 08:00-16:00',
            'Mon-Sun 20:00-06:00 America/New_York',
            'always',
            'never',
          ],
        }),
      idle: idleSchema.optional(),
      warn: warnSchema.optional(),
      notify: notifySchema.optional().meta({ description: 'Where its people are told, instead of `notify` at the top.', examples: [{ slack: { webhook: 'ssm:/catnap/checkout-chat' } }] }),
      sleep: sleepSchema.optional(),
      managedBy: managedBySchema.optional(),
      wake: wakeSchema,
    },
    { error: 'an environment with namespaces and hours' },
  )
  .meta({
    description: 'Namespaces that sleep and wake as one.',
    oneOf: [{ required: ['namespaces'] }, { required: ['namespaceSelector'] }],
  })

/** SES takes no more recipients in one mail. */
const MOST_RECIPIENTS = 50

export const reportSchema = z
  .strictObject(
    {
      to: z
        .array(z.email({ error: 'an email address' }), { error: 'a list of email addresses' })
        .min(1, { error: 'at least one email address' })
        .max(MOST_RECIPIENTS, { error: `at most ${MOST_RECIPIENTS} addresses: SES takes no more in one mail` })
        .meta({ description: 'Who gets it.', examples: [['finops@example.com']] }),
      every: matching(EVERY_PATTERN, 'a day and a time such as Mon 08:00, daily 08:00 or monthly 08:00')
        .default('Mon 08:00')
        .meta({
          description:
            'When it is sent, within the hour, by the clock of `timezone`: a day of the week and it tells of the seven days ' +
            'before, `daily` of yesterday, `monthly`, on the first, of the month before.',
          examples: ['Mon 08:00', 'daily 08:00', 'monthly 08:00'],
        }),
      environments: z
        .array(
          matching(ENVIRONMENT_GLOB_PATTERN, 'cluster/name or a glob of it with * and ?, as in us-dev/*'),
          { error: 'a list of environments or globs such as [us-dev/*]' },
        )
        .min(1, { error: 'at least one environment or glob; without the key the report tells of the whole fleet' })
        .optional()
        .meta({
          description:
            'The environments it tells of, and nothing of any other: `cluster/name`, or globs with `*` and `?`. Without it, ' +
            'the whole fleet.',
          examples: [['us-dev/*', '*/checkout']],
        }),
    },
    { error: 'a report such as { to: [finops@example.com], every: Mon 08:00 }' },
  )
  .meta({ description: 'A mail on what was saved, what could be, and what blocks it.' })

/** The intent file as users write it (input) and with its defaults (output). */
export const intentSchema = z
  .strictObject(
    {
      mode: mode.default('observe').meta({
        description: '`observe`: decide, project and report, but touch nothing. `act`: do it. A cluster may differ.',
        examples: ['observe'],
      }),
      timezone: z
        .string({ error: 'an IANA time zone such as Europe/Paris' })
        .superRefine(readable(mistakesInZone))
        .default('UTC')
        .meta({
          description: 'The zone of all `hours` that name none, and of the reports: an IANA name.',
          examples: ['Europe/Paris'],
        }),
      holidays: z
        .array(
          z
            .string({ error: 'a calendar date such as 2026-12-25' })
            .refine((date) => dayNumber(date) !== undefined, { error: 'a calendar date such as 2026-12-25' })
            .meta({ format: 'date' }),
          { error: 'a list of dates such as [2026-12-25]' },
        )
        .default([])
        .meta({
          description:
            'Windows that would start on these days, by the date in their own zone, stay shut. A window that began the ' +
            'evening before runs on.',
          examples: [['2026-12-25', '2027-01-01']],
        }),
      clusters: z
        .record(label('a name for the cluster'), clusterSchema, { error: 'clusters by name' })
        .meta({ description: 'The clusters Catnap looks after, by a name of your choice.' }),
      environments: z
        .record(
          matching(ENVIRONMENT_ID_PATTERN, 'cluster/name, as in us-dev/checkout'), environmentSchema,
          { error: 'environments by cluster/name' },
        )
        .meta({ description: 'The environments, each by `cluster/name` with a cluster named above.' }),
      protect: z
        .array(
          matching(GLOB_PATTERN, 'a namespace or a glob with * and ?, as in *-prod'),
          { error: 'a list of namespaces or globs' },
        )
        .default([])
        .meta({
          description:
            'Namespaces that are never part of an environment, whatever else says: names, or globs with `*` and `?`. ' +
            '`kube-*` always are.',
          examples: [['*-prod']],
        }),
      contact: z
        .string({ error: 'a name, a channel or an address such as platform@example.com' })
        .trim()
        .min(1, { error: 'a name, a channel or an address such as platform@example.com' })
        .max(100, { error: 'at most 100 characters' })
        .optional()
        .meta({
          description: 'Whom the wake page tells people to turn to when something is in the way: any words, or an address of mail. Everybody who opens the page reads it.',
          examples: ['platform@example.com', '#platform on Slack'],
        }),
      notify: notifySchema.optional().meta({
        description: 'Where people are told ahead that an environment with `warn` is about to sleep.',
        examples: [{ slack: { webhook: 'ssm:/catnap/slack' }, topic: 'arn:aws:sns:us-east-1:111122223333:catnap-warnings' }],
      }),
      reports: z
        .record(label('a name for the report'), reportSchema, { error: 'reports by name, as in finops: { to: [finops@example.com] }' })
        .default({})
        .meta({
          description: 'Who is told by email what was saved, by a name of your choice. One mail for each report and period.',
          examples: [{ finops: { to: ['finops@example.com'] } }],
        }),
    },
    { error: 'an intent: a mapping with clusters and environments' },
  )
  .meta({ title: 'Catnap intent', description: 'What sleeps, when, and how it wakes.' })

/** What a user wants of the fleet, defaults filled in. */
export type Intent = z.output<typeof intentSchema>

/** The JSON Schema (draft 2020-12) of the file as users write it: what has a default may be left out. */
export const intentJsonSchema = () => z.toJSONSchema(intentSchema, { target: 'draft-2020-12', io: 'input', reused: 'inline' })
