import type { V1Pod } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { ClusterLooks, Look, PodFacts, RunningJob, SeenNamespace, SeenObject, SeenPod } from '../../domain/doctor/checkup.ts'
import type { SeenWebhook } from '../../domain/doctor/seen-webhook.ts'
import type { Budget } from '../../domain/drain/budget.ts'
import { type Kind, valueAt } from '../../domain/kinds/kind.ts'
import { USUAL_KINDS } from '../../domain/kinds/kinds.ts'
import { instant } from '../../domain/time.ts'
import type { Examination } from '../../ports.ts'
import { askRights, askWhoIAm } from './ask-rights.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'
import { listCustom } from './custom-objects.ts'
import { type Fields, fieldsIn, listIn, textIn, textsIn } from './json-fields.ts'
import { readSymptoms } from './kubernetes-symptoms.ts'
import { kubernetesWorkloads } from './kubernetes-workloads.ts'
import { readPullSecrets } from './pull-secrets.ts'
import { servedKinds } from './served-kinds.ts'
import { Field } from './snapshot/field.ts'
import { toBudget } from './snapshot/to-objects.ts'
import { ownerOf, toWorkload } from './to-workload.ts'
import { toWebhooks } from './to-webhook.ts'

/** Namespaces listed at once. */
const AT_ONCE = 4

const JOBS = { group: 'batch', version: 'v1', plural: 'jobs' }
const BUDGETS = { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' }
const WEBHOOKS = [
  { configuration: 'ValidatingWebhookConfiguration', plural: 'validatingwebhookconfigurations' },
  { configuration: 'MutatingWebhookConfiguration', plural: 'mutatingwebhookconfigurations' },
] as const

/** What the doctor sees of one cluster. It asks and lists, and writes nothing. */
export const kubernetesExamination = (api: ClusterApi): Examination => {
  const asker = remembered(() => askWhoIAm(api))
  return {
    asker,
    namespaces: () => look(async () => (await listAll('namespaces', (page) => api.core.listNamespace(page))).map(({ metadata }): SeenNamespace => ({
      name: metadata?.name ?? '', labels: metadata?.labels ?? {}, terminating: metadata?.deletionTimestamp !== undefined,
    }))),
    look: async (namespaces, rights) => {
      const [budgets, objects] = await Promise.all([look(() => budgetsOf(api)), look(() => objectsIn(api, namespaces))])
      const podsFrom = [...new Set([...namespaces, ...('seen' in budgets ? crowded(budgets.seen) : [])])]
      const [pods, jobs, symptoms, webhooks, pullSecrets, gitOwners, answered] = await Promise.all([
        look(() => podsIn(api, podsFrom)),
        look(() => jobsIn(api, namespaces)),
        look(() => readSymptoms(api, namespaces)),
        look(() => webhooksOf(api)),
        look(() => readPullSecrets(api, 'seen' in objects ? secretsOf(objects.seen) : [])),
        look(() => kubernetesWorkloads(api).owners(['Application', 'Kustomization', 'HelmRelease'])),
        look(async () => askRights(api, await asker(), rights, namespaces)),
      ])
      return { rights: answered, objects, pods, jobs, symptoms, budgets, webhooks, pullSecrets, gitOwners } satisfies ClusterLooks
    },
    close: api.close,
  }
}

const remembered = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => (answer ??= ask())
}

/** What may not be seen, or not now, keeps nobody from seeing the rest. */
const look = async <T>(read: () => Promise<T>): Promise<Look<T>> => {
  try {
    return { seen: await read() }
  } catch (error) {
    return { unseen: error instanceof Error ? error.message : String(error) }
  }
}

const inEach = async <T>(namespaces: readonly string[], read: (namespace: string) => Promise<readonly T[]>): Promise<readonly T[]> =>
  (await pMap(namespaces, read, { concurrency: AT_ONCE })).flat()

const objectsIn = (api: ClusterApi, namespaces: readonly string[]): Promise<readonly SeenObject[]> => {
  const list = servedKinds(api)
  return inEach(namespaces, async (namespace) =>
    (await Promise.all(USUAL_KINDS.map(async (kind) => (await list(kind, [namespace])).map((object) => toObject(kind, object))))).flat())
}

const toObject = (kind: Kind, object: Fields): SeenObject => {
  const metadata = fieldsIn(object['metadata'])
  const workload = toWorkload(kind, object, () => undefined)
  return {
    kind: kind.kind,
    namespace: textIn(metadata['namespace']) ?? '',
    name: textIn(metadata['name']) ?? '',
    labels: textsIn(metadata['labels']),
    annotations: textsIn(metadata['annotations']),
    template: podFacts(fieldsIn(valueAt(object, TEMPLATES[kind.kind] ?? ['spec', 'template', 'spec']))),
    ...(workload === undefined ? {} : { workload }),
  }
}

/** Where kinds that run a Job keep the pod. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ScaledJob: ['spec', 'jobTargetRef', 'template', 'spec'],
}

const podFacts = (spec: Fields): PodFacts => ({
  images: [...listIn(spec['initContainers']), ...listIn(spec['containers'])].flatMap((container) => textIn(fieldsIn(container)['image']) ?? []),
  pullSecrets: listIn(spec['imagePullSecrets']).flatMap((secret) => textIn(fieldsIn(secret)['name']) ?? []),
  scratchVolumes: listIn(spec['volumes']).map(fieldsIn).filter(({ emptyDir }) => emptyDir !== undefined && fieldsIn(emptyDir)['medium'] === undefined).map(({ name }) => textIn(name) ?? ''),
})

const podsIn = (api: ClusterApi, namespaces: readonly string[]): Promise<readonly SeenPod[]> =>
  inEach(namespaces, async (namespace) => (await listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page }))).map(toPod))

const toPod = ({ metadata, spec, status }: V1Pod): SeenPod => {
  const owner = ownerOf({ ...metadata })
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    labels: metadata?.labels ?? {},
    phase: status?.phase ?? 'Unknown',
    mirror: metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    terminating: metadata?.deletionTimestamp !== undefined,
    ...podFacts({ ...spec }),
    ...(owner === undefined ? {} : { owner }),
  }
}

const jobsIn = (api: ClusterApi, namespaces: readonly string[]): Promise<readonly RunningJob[]> =>
  inEach(namespaces, async (namespace) => (await listCustom(api, JOBS, namespace)).flatMap(toRunningJob))

/** A Job that has begun and has not ended; a suspended one has no pods. */
const toRunningJob = ({ metadata, spec, status }: Fields): readonly RunningJob[] => {
  const { startTime, active } = fieldsIn(status)
  const deadline = fieldsIn(spec)['activeDeadlineSeconds']
  const startedAt = textIn(startTime)
  if (startedAt === undefined || typeof active !== 'number' || active === 0) return []
  const { namespace, name } = fieldsIn(metadata)
  return [{ namespace: textIn(namespace) ?? '', name: textIn(name) ?? '', startedAt: instant(startedAt), ...(typeof deadline === 'number' ? { deadlineSeconds: deadline } : {}) }]
}

/** Those of the whole cluster: a budget anywhere holds a node. */
const budgetsOf = async (api: ClusterApi): Promise<readonly Budget[]> => (await listCustom(api, BUDGETS)).map((object) => toBudget(new Field(object)))

/** Namespaces with more than one budget, where one pod may have two. */
const crowded = (budgets: readonly Budget[]): readonly string[] =>
  [...Map.groupBy(budgets, ({ namespace }) => namespace)].flatMap(([namespace, own]) => (own.length > 1 ? [namespace] : []))

const webhooksOf = async (api: ClusterApi): Promise<readonly SeenWebhook[]> =>
  (await pMap(WEBHOOKS, async ({ configuration, plural }) =>
    (await listCustom(api, { group: 'admissionregistration.k8s.io', version: 'v1', plural })).flatMap((object) => toWebhooks(configuration, object)))).flat()

const secretsOf = (objects: readonly SeenObject[]): readonly { readonly namespace: string; readonly name: string }[] => {
  const named = objects.flatMap(({ namespace, template }) => template.pullSecrets.map((name) => ({ namespace, name })))
  return [...new Map(named.map((secret) => [`${secret.namespace}/${secret.name}`, secret])).values()]
}
