import { selects } from '../drain/selector.ts'
import { KINDS } from '../kinds/kinds.ts'
import { type Checkup, patientOf, seen } from './checkup.ts'
import type { Found, Rule } from './rule.ts'
import { isAsked, type NeededRequest, reaches, type SeenWebhook } from './seen-webhook.ts'

const NEW_POD: NeededRequest = { group: '', resource: 'pods', operation: 'CREATE' }

/** What is refused to a sleep or a wake while a webhook does not answer. */
const NEEDED: readonly NeededRequest[] = [
  NEW_POD,
  { group: '', resource: 'pods', operation: 'DELETE' },
  ...KINDS.filter(({ role }) => role !== 'owner').map(({ group, plural }) => ({ group, resource: plural, operation: 'UPDATE' }) as const),
]

/** Admission webhooks that fail closed, with a Service that sleeps: asleep it refuses what it is asked about (FIELD §1, 14). */
export const closedWebhook: Rule = (checkup) => seen(checkup.looks.webhooks).flatMap((webhook) => findingOf(checkup, webhook) ?? [])

const findingOf = (checkup: Checkup, webhook: SeenWebhook): Found | undefined => {
  const { service } = webhook
  const asked = NEEDED.filter((request) => isAsked(webhook, request))
  if (service === undefined || asked.length === 0) return undefined
  const patient = patientOf(checkup, service.namespace)
  const reached = reachedBy(checkup, webhook)
  if (reached.length === 0 || (patient === undefined && !checkup.cluster.whole)) return undefined

  // What comes up first after a whole sleep is woken in order; only what waits for itself waits for ever.
  const waitsForItself = reached.includes(service.namespace) && isAsked(webhook, NEW_POD)
  const hinders = patient !== undefined || waitsForItself
  const where = `Service ${service.namespace}/${service.name}`
  return {
    severity: !hinders ? 'note' : webhook.conditional ? 'weakens' : 'hinders',
    ...(patient === undefined ? {} : { environment: patient.environment.id }),
    subject: `${webhook.configuration} ${webhook.name}`,
    found: `webhook ${webhook.webhook} fails closed and asks ${where}, which sleeps ${patient === undefined ? 'with the whole cluster' : 'with this environment'}; it is asked about ${sayAsked(asked)} in ${sayReached(reached)}${webhook.conditional ? ', as far as its matchConditions say' : ''}`,
    means: saysWhatFollows(reached, service.namespace, waitsForItself, patient === undefined),
    advice: patient === undefined && !hinders
      ? 'nothing, if it may take a little longer: what is refused meanwhile is tried again'
      : `let it be ignored while nobody answers, or keep it from namespace ${service.namespace}, or take that namespace out of the environment; where Helm or GitOps sets it, change it there`,
    ...(hinders ? { remedy: remedyFor(webhook, service.namespace) } : {}),
  }
}

/** The namespaces it is asked about, its objectSelector included where pods were seen. */
const reachedBy = ({ namespaces, looks, patients }: Checkup, webhook: SeenWebhook): readonly string[] => {
  const known = 'seen' in namespaces ? namespaces.seen : patients.flatMap((patient) => patient.namespaces.map((name) => ({ name, labels: {} })))
  const reached = known.filter(({ name, labels }) => reaches(webhook, name, labels)).map(({ name }) => name)
  if (webhook.objectSelector.length === 0 || !('seen' in looks.pods)) return reached
  const pods = looks.pods.seen.filter(({ labels }) => selects(webhook.objectSelector, labels))
  const objects = seen(looks.objects).filter(({ labels }) => selects(webhook.objectSelector, labels))
  const selected = new Set([...pods, ...objects].map(({ namespace }) => namespace))
  return reached.filter((name) => selected.has(name))
}

const saysWhatFollows = (reached: readonly string[], own: string, waitsForItself: boolean, whole: boolean): string => {
  if (waitsForItself) return 'its own pods may not be created while it is away: the wake waits for the webhook, and the webhook for the wake'
  const others = reached.filter((name) => name !== own)
  if (whole) return 'until its pods are up again after a whole sleep, the API server refuses what it is asked about'
  return `while it sleeps the API server refuses these in ${sayReached(others)}, awake or not`
}

const sayAsked = (asked: readonly NeededRequest[]): string =>
  asked.length > 4 ? `pods and everything that is scaled` : asked.map(({ resource, operation }) => `${operation} ${resource}`).join(', ')

const sayReached = (namespaces: readonly string[]): string =>
  namespaces.length > 5 ? `${namespaces.length} namespaces` : namespaces.join(', ')

const remedyFor = ({ configuration, name, webhook, index }: SeenWebhook, namespace: string): string =>
  `# either: what it is asked about passes while nobody answers
kubectl patch ${configuration.toLowerCase()} ${name} --type=json -p '[{"op":"add","path":"/webhooks/${index}/failurePolicy","value":"Ignore"}]'
# or: webhook ${webhook} is not asked about ${namespace}, where its own pods are
namespaceSelector:
  matchExpressions:
    - { key: kubernetes.io/metadata.name, operator: NotIn, values: [${namespace}] }`
