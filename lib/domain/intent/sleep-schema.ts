import { z } from 'zod'
import { duration, lasting, matching, SEVEN_DAYS } from './field.ts'
import { CRD_PATTERN, WORKLOAD_GLOB_PATTERN } from './patterns.ts'

const jobs = z
  .strictObject(
    {
      finishWithin: duration()
        .refine(lasting(0, SEVEN_DAYS), { error: 'at most 7d' })
        .default('30m')
        .meta({ description: 'How long a sleep waits for Jobs that run. What runs longer is left to run, and its node with it. `0m` waits for none.', examples: ['30m', '2h'] }),
    },
    { error: 'jobs such as { finishWithin: 30m }' },
  )

/** `sleep` of an environment. */
export const sleepSchema = z
  .strictObject(
    {
      daemonSets: z.boolean({ error: 'true or false' }).default(false).meta({
        description: 'Whether its DaemonSets sleep too: their pods are asked onto a node label that no node has.',
        examples: [true],
      }),
      kinds: z
        .array(matching(CRD_PATTERN, 'a CRD by its name, such as kafkas.kafka.strimzi.io'), { error: 'a list of CRDs' })
        .default([])
        .meta({
          description:
            'Custom kinds that sleep too, by the names of their CRDs: any with a scale subresource. Deployments, StatefulSets, CronJobs, ' +
            'Argo Rollouts, and KEDA’s ScaledObjects and ScaledJobs always do.',
          examples: [['kafkas.kafka.strimzi.io']],
        }),
      jobs: jobs.prefault({}).meta({ description: 'Jobs that run when it falls asleep.' }),
      waves: z
        .array(
          z
            .array(matching(WORKLOAD_GLOB_PATTERN, 'the name of a workload or a glob of it, such as api-* or StatefulSet/db'), { error: 'a list of workloads' })
            .min(1, { error: 'at least one workload' }),
          { error: 'a list of waves, each a list of workloads' },
        )
        .default([])
        .meta({
          description:
            'The order of the wake: the next wave begins when the one before is ready or its time is up; a sleep goes the other way. ' +
            'What is named in none comes last. The annotation `catnap.dev/wave: "2"` of a workload goes before this.',
          examples: [[['postgres', 'redis'], ['api-*']]],
        }),
      waveTimeout: duration()
        .refine(lasting(60, 3600), { error: 'at least 1m and at most 1h' })
        .default('5m')
        .meta({ description: 'How long a wave may take before the next begins all the same.', examples: ['5m'] }),
    },
    { error: 'how it sleeps, such as { waves: [[postgres], [api-*]] }' },
  )
  .meta({ description: 'What sleeps, in which order, and what is waited for.' })
