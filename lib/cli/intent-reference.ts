import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { z } from 'zod'
import { intentJsonSchema } from '../domain/intent/schema.ts'

type SchemaNode = z.core.JSONSchema.BaseSchema

/** A key of the file: its path, and whether it must be there. */
interface Key {
  readonly path: string
  readonly node: SchemaNode
  readonly required: boolean
}

const HEAD = `# The intent file

<!-- Generated from the schema by \`npm run docs\`: edit lib/domain/intent/schema.ts instead. -->

\`catnap.yaml\` is the one thing you write. \`catnap validate\` tells every mistake in it with line and column;
\`catnap schema\` prints its JSON Schema, with which an editor completes and checks it as you type:

\`\`\`yaml
# yaml-language-server: $schema=./catnap.schema.json
\`\`\`

A file with everything in it:

\`\`\`yaml
mode: observe
timezone: Europe/Paris
holidays: [2026-12-25, 2027-01-01]

clusters:
  us-dev:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
    mode: act
    pools:
      standard-workers: { keep: 1, consolidate: true, disrupt: { nodes: 10, percent: 10 }, drainWithin: 15m }
  us-test:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-test
    whole: true
    system: [karpenter, cert-manager]
    pools:
      test-workers: { keep: 0 }
  mgmt:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/mgmt

environments:
  us-dev/checkout:
    namespaces: [checkout, checkout-jobs]
    hours: Mon-Fri 08:00-19:00
    idle: { after: 45m, requests: { below: 1/min }, cpu: { below: 500m }, network: { below: 10KiB/s }, deployments: false }
    warn: 15m
    notify: { slack: { webhook: ssm:/catnap/checkout-chat }, topic: arn:aws:sns:us-east-1:111122223333:catnap-checkout }
    sleep:
      daemonSets: true
      kinds: [kafkas.kafka.strimzi.io]
      jobs: { finishWithin: 2h }
      waves: [[postgres, redis], [api-*]]
      waveTimeout: 5m
    managedBy: { cluster: mgmt, application: argocd/checkout }
    wake:
      hosts: [checkout.staging.example.com]
      by: click
      stayAwake: 2h
      front: alb
      targetGroup: checkout-web
      ignore: { agents: [acme-monitor], paths: [/status], headers: [X-Probe], known: true }
  us-dev/search:
    namespaces: [search]
    hours: Mon-Fri 08:00-19:00
    idle:
      after: 1h30m
      prometheus:
        query: sum(rate(http_requests_total{namespace="search"}[5m])) or vector(0)
        below: 0.02
        url: https://prometheus.example.com
        token: ssm:/catnap/prometheus-token
      jobs: false
    managedBy:
      - kustomization: flux-system/search
      - helmRelease: search/search
    wake: { hosts: [search.staging.example.com], front: ingress, ingress: web }
  us-test/shop:
    namespaces: [shop]
    hours: Mon-Fri 08:00-19:00
    idle:
      after: 45m
      prometheus: { query: sum(orders_open) or vector(0), below: 1, workspace: ws-01234567-89ab-cdef-0123-456789abcdef }
    wake:
      hosts: [shop.staging.example.com]
      front: lbc
      wakeTargetGroup: arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake/6d0ecf831eec9f09
  us-test/batch:
    namespaceSelector: { matchLabels: { catnap: nightly } }
    hours: Mon-Sun 20:00-06:00 America/New_York

protect: ["*-prod"]
contact: platform@example.com
notify: { slack: { webhook: ssm:/catnap/slack }, topic: arn:aws:sns:us-east-1:111122223333:catnap-warnings }

reports:
  finops: { to: [finops@example.com], every: Mon 08:00 }
  checkout-team: { to: [checkout@example.com], every: daily 08:00, environments: [us-dev/checkout] }
\`\`\`

## Keys
`

const FOOT = `
## How values are written

| value | written | means |
|---|---|---|
| hours | \`day[-day] start-end [zone]\`, with commas | any of the windows is open; days are \`Mon\` to \`Sun\` and may wrap (\`Fri-Mon\`), times \`HH:MM\`; case does not matter |
| | \`always\`, \`never\` | stand alone |
| overnight | \`Fri 22:00-06:00\` | from Friday 22:00 to Saturday 06:00; it belongs to Friday, also when Friday or Saturday is a holiday |
| daylight saving | nothing to write | a window is open while the clock on the wall reads within it: a start that is skipped opens at the jump, and what the clock reads twice counts twice: in autumn \`Sun 00:00-01:30 America/New_York\` is open, shut from 01:30 to the jump back to 01:00, and open again until the second 01:30 |
| duration | \`45m\`, \`2h\`, \`1h30m\`, \`3d\` | days, hours and minutes, largest first |
| rate | \`1/min\`, \`10/h\` | per \`s\`, \`min\`, \`h\` or \`d\` |
| CPU | \`50m\`, \`0.5\`, \`2\` | thousandths of a core, or cores |
| rate of bytes | \`10KiB/s\`, \`500B/s\` | \`B\`, \`kB\`, \`MB\`, \`KiB\` or \`MiB\` a second |
| secret | \`ssm:/catnap/slack\` | the name of a SecureString in the account and region of the cluster, never the secret itself |
| time of a report | \`Mon 08:00\`, \`daily 08:00\`, \`monthly 08:00\` | on what the seven days before, the day before, the month before came to; in \`timezone\` |
| glob | \`*-prod\`, \`team-?\` | \`*\` any text, \`?\` one character |

## Rules between keys

- An environment names a cluster of \`clusters\`, and either \`namespaces\` or a \`namespaceSelector\`.
- A namespace belongs to one environment of its cluster, a host to one environment of all. \`validate\` finds namespaces by name, by \`kubernetes.io/metadata.name\` and by the same labels; what other labels select is found when it is to sleep: nothing of an environment that selects a namespace of another one is put to sleep, and its problem names both.
- A protected namespace, \`kube-*\` included, belongs to none.
- \`keep: 0\` needs \`whole: true\`, and so does \`system\`, whose namespaces are in no environment and not protected.
- A cluster sleeps as a whole where it has pools and all of them \`keep: 0\`.
- \`warn\` needs a \`notify\`, of its environment or at the top.
- \`prometheus\` has either a \`url\` or a \`workspace\`, and a \`token\` only with a \`url\` that begins with \`https://\`.
- An entry of \`managedBy\` names one of \`application\`, \`kustomization\` and \`helmRelease\`.
- Each entry of a report's \`environments\` matches at least one environment of the file.
- A cluster is named once: no two entries have the same \`arn\`.

\`catnap hours "Mon-Fri 08:00-19:00" --at 2026-12-25T10:00:00Z\` says what hours mean at an instant, and why.
`

/** The reference of the intent file as Markdown, from its JSON Schema. */
export const intentReference = (schema: SchemaNode): string =>
  `${HEAD}${keysOf(schema, '').map(section).join('')}${FOOT}`

/** Every key in the order of the schema, each before those under it. Names of your choice stand as `<name>`. */
const keysOf = (schema: SchemaNode, under: string): readonly Key[] => {
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const path = under === '' ? name : `${under}.${name}`
    if (typeof node === 'boolean') return []
    return [{ path, node, required: schema.required?.includes(name) === true }, ...keysOf(node, path)]
  })
  const any = schema.additionalProperties
  const byName = typeof any === 'object' && any.properties !== undefined ? keysOf(any, `${under}.<name>`) : []
  return [...named, ...byName, ...keysOfAlternatives(schema, under)]
}

/** One mapping or a list of such: the keys of the mapping, once. */
const keysOfAlternatives = ({ anyOf = [] }: SchemaNode, under: string): readonly Key[] => {
  const mapping = anyOf.find((node) => isNode(node) && node.properties !== undefined)
  return isNode(mapping) ? keysOf(mapping, under) : []
}

const section = ({ path, node, required }: Key): string => {
  const facts = [`- type: ${typeOf(node)}`, required ? '- required' : `- default: ${defaultOf(node)}`]
  const leaf = path.split('.').at(-1) ?? path
  const flow = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const
  const examples = (node.examples ?? []).map((example) => stringify({ [leaf]: example }, flow).trim())
  const yaml = examples.map((example) => example.replace(/^\{(.*)\}$/s, '$1'))
  const shown = yaml.length === 0 ? '' : `\n\`\`\`yaml\n${yaml.join('\n')}\n\`\`\`\n`
  return `\n### \`${path}\`\n\n${node.description ?? ''}\n\n${facts.join('\n')}\n${shown}`
}

const typeOf = (node: SchemaNode): string => {
  if (node.anyOf !== undefined) return node.anyOf.filter(isNode).map(typeOf).join(', or ')
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (node.type === 'array') return `list of ${isNode(node.items) ? typeOf(node.items) : 'values'}`
  if (node.type === 'object') return 'mapping'
  if (node.type === 'integer') return 'whole number'
  if (node.type === 'number') return 'number'
  if (node.type === 'boolean') return '`true` or `false`'
  if (node.format === 'date') return 'date'
  if (node.type !== 'string') throw new Error(`no word for a type of the schema: found ${JSON.stringify(node)}, expected one that typeOf knows`)
  return node.format === 'email' ? 'email address' : 'text'
}

const isNode = (items: SchemaNode['items'] | boolean): items is SchemaNode => typeof items === 'object' && !Array.isArray(items)

const defaultOf = ({ default: value }: SchemaNode): string => {
  if (value === undefined) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '[]' || text === '{}' ? 'empty' : `\`${text}\``
}

if (import.meta.main) {
  await writeFile(new URL('../../docs/intent.md', import.meta.url), intentReference(intentJsonSchema()))
}
