import { type JsonObject, valueAt } from '../kinds/kind.ts'
import type { Workload } from '../workload.ts'
import type { OwnedObject, Owner, OwnerKind } from './owner.ts'
import { trackedBy } from './tracked-by.ts'

/** What an owner's object says of itself. `tracks` of the workload say what owns it in turn. */
export const toOwner = (kind: OwnerKind, object: JsonObject, workload: Workload): Owner => {
  const makers = [...madeByController(object), ...trackedBy([{ tracks: Object.fromEntries(Object.entries(workload.tracks).filter(([key]) => key !== 'app.kubernetes.io/instance')) }])
    .filter((ref) => !(ref.kind === kind && ref.name === workload.name))
    .map((ref) => `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`)]
  return {
    kind,
    workload,
    ...(makers[0] === undefined ? {} : { maker: makers[0] }),
    ...PARTS[kind](object),
  }
}

type Parts = Pick<Owner, 'owned' | 'namespaces' | 'ignoresReplicas' | 'isBusy'>

const PARTS: Readonly<Record<OwnerKind, (object: JsonObject) => Parts>> = {
  Application: (object) => ({
    owned: listAt(object, ['status', 'resources']).map((resource) => ({ group: textAt(resource, 'group'), kind: textAt(resource, 'kind'), namespace: textAt(resource, 'namespace'), name: textAt(resource, 'name') })),
    namespaces: [valueAt(object, ['spec', 'destination', 'namespace'])].flatMap((namespace) => (typeof namespace === 'string' ? [namespace] : [])),
    ignoresReplicas: ignoresReplicas(object),
    isBusy: valueAt(object, ['status', 'operationState', 'phase']) === 'Running' || valueAt(object, ['operation']) !== undefined,
  }),
  Kustomization: (object) => ({
    owned: listAt(object, ['status', 'inventory', 'entries']).flatMap((entry) => inventoryEntry(textAt(entry, 'id'))),
    namespaces: [valueAt(object, ['spec', 'targetNamespace'])].flatMap((namespace) => (typeof namespace === 'string' ? [namespace] : [])),
    ignoresReplicas: false,
    isBusy: isReconciling(object),
  }),
  HelmRelease: (object) => ({
    owned: [],
    namespaces: [valueAt(object, ['spec', 'targetNamespace']) ?? valueAt(object, ['metadata', 'namespace'])].flatMap((namespace) => (typeof namespace === 'string' ? [namespace] : [])),
    ignoresReplicas: false,
    isBusy: isReconciling(object),
  }),
}

/** `<namespace>_<name>_<group>_<kind>`: names of Kubernetes have no underscore, and colons stand for some. Rule: Flux, ssa inventory. */
const inventoryEntry = (id: string): readonly OwnedObject[] => {
  const [namespace, name, group, kind] = id.split('_')
  return namespace === undefined || name === undefined || group === undefined || kind === undefined ? [] : [{ namespace, name, group, kind }]
}

/** Condition `Reconciling`, as Flux's controllers set it while they work. */
const isReconciling = (object: JsonObject): boolean =>
  listAt(object, ['status', 'conditions']).some((condition) => textAt(condition, 'type') === 'Reconciling' && textAt(condition, 'status') === 'True')

const ignoresReplicas = (object: JsonObject): boolean => {
  const respects = listAt(object, ['spec', 'syncPolicy', 'syncOptions']).includes('RespectIgnoreDifferences=true')
  const replicas = (kind: string): boolean => listAt(object, ['spec', 'ignoreDifferences']).some((rule) =>
    textAt(rule, 'group') === 'apps' && textAt(rule, 'kind') === kind && textAt(rule, 'name') === '' && textAt(rule, 'namespace') === '' && listAt(rule, ['jsonPointers']).includes('/spec/replicas'))
  const owned = new Set(listAt(object, ['status', 'resources']).map((resource) => textAt(resource, 'kind')))
  const needed = ['Deployment', 'StatefulSet'].filter((kind) => owned.has(kind))
  return respects && needed.length > 0 && needed.every(replicas) && (!owned.has('CronJob') || suspends(object))
}

const suspends = (object: JsonObject): boolean =>
  listAt(object, ['spec', 'ignoreDifferences']).some((rule) => textAt(rule, 'kind') === 'CronJob' && listAt(rule, ['jsonPointers']).includes('/spec/suspend'))

/** What controls the object itself: an ApplicationSet. */
const madeByController = (object: JsonObject): readonly string[] =>
  listAt(object, ['metadata', 'ownerReferences']).flatMap((owner) => (valueAt(owner, ['controller']) === true ? [`${textAt(owner, 'kind')} ${textAt(owner, 'name')}`] : []))

const listAt = (object: unknown, path: readonly string[]): readonly unknown[] => {
  const value = valueAt(object, path)
  return Array.isArray(value) ? value : []
}

const textAt = (object: unknown, field: string): string => {
  const value = valueAt(object, [field])
  return typeof value === 'string' ? value : ''
}
