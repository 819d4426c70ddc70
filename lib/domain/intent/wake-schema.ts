import { z } from 'zod'
import { duration, lasting, matching, SEVEN_DAYS } from './field.ts'
import { AGENT_PATTERN, HEADER_PATTERN, HOST_PATTERN, OBJECT_NAME_PATTERN, PATH_PATTERN, TARGET_GROUP_ARN_PATTERN, TARGET_GROUP_PATTERN } from './patterns.ts'

const some = (what: string, pattern: RegExp, examples: readonly string[], description: string) =>
  z
    .array(matching(pattern, what), { error: `a list: each ${what}` })
    .default([])
    .meta({ description, examples: [examples] })

const ignore = z
  .strictObject(
    {
      agents: some('a part of a User-Agent of 3 characters or more', AGENT_PATTERN, ['acme-monitor'], 'Programs by a part of their `User-Agent`, in any case.'),
      paths: some('a path such as /status or /internal/*', PATH_PATTERN, ['/status', '/internal/*'], 'Paths, or globs with `*` and `?`. Who presses the button of the page is heard on any path.'),
      headers: some(
        'a header such as X-Probe or X-Probe: yes', HEADER_PATTERN, ['X-Probe', 'X-Monitor: synthetic'],
        'Headers by name, or by name and a part of their value.',
      ),
      known: z
        .boolean({ error: 'true or false' })
        .default(true)
        .meta({
          description:
            'Whether those every fleet has are ignored too: crawlers, link previews, mail scanners, monitors and health checks by ' +
            'their `User-Agent`, and paths such as `/favicon.ico`, `/robots.txt` and `/healthz`. Prefetches always are.',
          examples: [false],
        }),
    },
    { error: 'visits such as { agents: [acme-monitor], paths: [/status] }' },
  )
  .meta({ description: 'Visits that are nobody’s: they see how things are, and wake nothing, whatever `by` says.' })

/** `wake` of an environment. */
export const wakeSchema = z
  .strictObject(
    {
      hosts: z
        .array(
          matching(HOST_PATTERN, 'a host name such as checkout.staging.example.com, without scheme, port or path'),
          { error: 'a list of host names' },
        )
        .default([])
        .meta({
          description: 'Addresses that show the wake page while it sleeps. A host belongs to one environment.',
          examples: [['checkout.staging.example.com']],
        }),
      by: z.enum(['anyone', 'click', 'signed', 'off'], { error: 'anyone, click, signed or off' }).default('click').meta({
        description:
          'Who may wake it over its hosts. `anyone`: any request does. `click`: a person who presses the button of the ' +
          'page. `signed`: only who carries a signed link (`catnap link`) or AWS credentials. `off`: nobody.',
        examples: ['click'],
      }),
      stayAwake: duration()
        .refine(lasting(60, SEVEN_DAYS), { error: 'longer than 0 and at most 7d' })
        .default('2h')
        .meta({ description: 'How long it stays awake after a wake on request, up to 7d.', examples: ['2h'] }),
      ignore: ignore.optional(),
      front: z.enum(['alb', 'lbc', 'ingress', 'link'], { error: 'alb, lbc, ingress or link' }).optional().meta({
        description:
          'How its hosts get to it while it is awake, and to the wake page while it sleeps. `alb`, the default where hosts are ' +
          'named: rules on the balancer Catnap deploys. `lbc`: Ingresses of the AWS Load Balancer Controller. `ingress`: ' +
          'Ingresses of any other class, whose pods stay awake. `link`: nothing is led anywhere, and only the wake address ' +
          'shows the page.',
        examples: ['alb'],
      }),
      targetGroup: matching(TARGET_GROUP_PATTERN, 'the name of a target group such as checkout-web').optional().meta({
        description: 'With `front: alb`: the name of its target group, where its namespaces have several TargetGroupBindings.',
        examples: ['checkout-web'],
      }),
      wakeTargetGroup: matching(
        TARGET_GROUP_ARN_PATTERN, 'the ARN of a target group such as arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake/6d0ecf831eec9f09',
      ).optional().meta({
        description:
          'With `front: lbc`: a target group of the wake function. A target group belongs to one balancer, so each balancer of ' +
          'the controller needs its own; without it, that of the spoke.',
        examples: ['arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake/6d0ecf831eec9f09'],
      }),
      ingress: matching(OBJECT_NAME_PATTERN, 'the name of an Ingress such as web').optional().meta({
        description: 'With `front: lbc` or `ingress`: the Ingress that leads to it, where its rules name no host.',
        examples: ['web'],
      }),
    },
    { error: 'a wake such as { hosts: [checkout.staging.example.com], by: click }' },
  )
  .prefault({})
  .meta({ description: 'How it is woken on request.' })
