import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { canonical } from '../../../lib/sandbox/canonical.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { RawApi } from '../../contract/raw-api.ts'

// The independent checker of DESIGN §5 for a real control plane. It shares no code with the engine: it knows the
// annotations and the table's items from docs/safety.md alone, and reads both with plain clients.

type Json = unknown

/** What Catnap must leave alone of an object, controllers' own notes aside. */
export interface Seen {
  readonly spec: Json
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** All objects of an environment and of its owners, by `kind/namespace/name`. */
export type Picture = Map<string, Seen>

/** What a checker looks at. */
export interface Checked {
  readonly admin: RawApi
  readonly tableUrl: string
  /** The id of the environment. */
  readonly id: string
  readonly namespace: string
  /** GitOps objects outside its namespace. */
  readonly owners: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[]
}

/** The one place of each kind that may change; none of the others may at all. `absent`: what stands for nothing there. */
const PLACES: Readonly<Record<string, { readonly path: readonly string[]; readonly absent: Json } | undefined>> = {
  Deployment: { path: ['spec', 'replicas'], absent: 1 },
  StatefulSet: { path: ['spec', 'replicas'], absent: 1 },
  Rollout: { path: ['spec', 'replicas'], absent: 1 },
  CronJob: { path: ['spec', 'suspend'], absent: false },
  Kustomization: { path: ['spec', 'suspend'], absent: null },
  ScaledObject: { path: ['annotations', 'autoscaling.keda.sh/paused'], absent: null },
  HorizontalPodAutoscaler: { path: ['spec', 'behavior'], absent: null },
  Application: { path: ['spec', 'syncPolicy', 'automated'], absent: null },
}

const KINDS = ['Deployment', 'StatefulSet', 'Rollout', 'CronJob', 'ScaledObject', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Service']

/** Takes the picture everything is compared with later. */
export const pictureOf = async ({ admin, namespace, owners }: Checked): Promise<Picture> => {
  const [lists, outside] = await Promise.all([
    Promise.all(KINDS.map(async (kind) => (await admin.list(kind, namespace)).map((object) => seen(kind, object)))),
    Promise.all(owners.map(async ({ kind, namespace: at, name }) => seen(kind, await admin.get(kind, name, at)))),
  ])
  return new Map([...lists.flat(), ...outside])
}

/** An object as it is in a picture, with its key. */
const seen = (kind: string, { metadata: { namespace, name, labels = {}, annotations = {} }, spec }: KubernetesObject): readonly [string, Seen] =>
  [`${kind}/${namespace}/${name}`, { spec, labels, annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('deployment.kubernetes.io/'))) }]

/** Whatever is not as on the first day and has lost its original with the thing itself or in the table. One line for each. */
export const lostOriginals = async (checked: Checked, first: Picture): Promise<readonly string[]> => {
  // Objects first: an original is in the table before anything is changed.
  const now = await pictureOf(checked)
  const table = await readTable(checked)
  return [...now].flatMap(([key, object]) => {
    const was = first.get(key)
    if (was === undefined || canonical(unmarked(object)) === canonical(unmarked(was))) return []
    const place = PLACES[key.split('/')[0] ?? '']
    if (place === undefined) return [`${key}: changed, expected never to be`]
    const others = canonical(without(unmarked(object), place.path)) === canonical(without(unmarked(was), place.path))
    const expected = canonical(at(was, place.path) ?? place.absent)
    const places = { object: originalOn(object), table: table.get(key) }
    const lost = Object.entries(places).flatMap(([where, original]) => (original === expected ? [] : [`the ${where} (${original})`]))
    return [...(others ? [] : [`${key}: changed in more than ${place.path.join('.')}`]), ...(lost.length === 0 ? [] : [`${key}: was ${expected}, lost in ${lost.join(' and ')}`])]
  })
}

/** When everything is awake again: what is not as on the first day, and what is left of Catnap. One line for each. */
export const differences = async (checked: Checked, first: Picture): Promise<readonly string[]> => {
  const now = await pictureOf(checked)
  const table = await readTable(checked)
  return [
    ...[...first].flatMap(([key, was]) => {
      const object = now.get(key)
      if (object === undefined) return [`${key} is gone`]
      return canonical(unmarked(object)) === canonical(unmarked(was)) ? [] : [`${key} is ${canonical(unmarked(object))}, was ${canonical(unmarked(was))}`]
    }),
    ...[...now].flatMap(([key, { annotations }]) => (Object.keys(annotations).some(isOurs) ? [`${key} still carries ${Object.keys(annotations).filter(isOurs).join(', ')}`] : [])),
    ...[...table.keys()].map((key) => `the table still holds an original of ${key}`),
  ]
}

const isOurs = (annotation: string): boolean => annotation.startsWith('catnap.dev/')

const unmarked = ({ spec, labels, annotations }: Seen): Seen => ({ spec, labels, annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOurs(key))) })

/** The original an object carries, as canonical JSON. */
const originalOn = ({ annotations }: Seen): string | undefined => {
  const text = annotations['catnap.dev/original-replicas'] ?? annotations['catnap.dev/original-suspend'] ?? annotations['catnap.dev/original-value']
  return text === undefined ? undefined : canonical(JSON.parse(text))
}

/** The originals the table holds, as canonical JSON by key. */
const readTable = async ({ tableUrl, id }: Checked): Promise<ReadonlyMap<string, string>> => {
  const client = new DynamoDBClient({ endpoint: tableUrl, region: 'us-east-1', credentials: CREDENTIALS })
  const originals = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client: DynamoDBDocumentClient.from(client) }, { TableName: TABLE })) {
    for (const { pk, sk, original } of Items) {
      if (pk !== `ORIGINALS#${id}`) continue
      originals.set(String(sk), canonical(Object.values(original as object)[0]))
    }
  }
  client.destroy()
  return originals
}

const at = (object: Json, path: readonly string[]): Json =>
  path.reduce<Json>((value, field) => (typeof value === 'object' && value !== null ? (value as Record<string, Json>)[field] : undefined), object)

/** The object without what is at a path; maps that are empty then do not count. */
const without = (object: Json, [field = '', ...rest]: readonly string[]): Json => {
  if (typeof object !== 'object' || object === null) return object
  const { [field]: value, ...others } = object as Record<string, Json>
  const left = rest.length === 0 ? undefined : without(value, rest)
  return left === undefined || canonical(left) === '{}' ? others : { ...others, [field]: left }
}
