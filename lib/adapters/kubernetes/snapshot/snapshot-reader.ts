import type { Budget } from '../../../domain/drain/budget.ts'
import {
  type Claim, type Labels, type Needs, podKey, type SeenNode, type SeenPod, type Snapshot, type Volume,
} from '../../../domain/drain/snapshot.ts'
import { Field, FieldError } from './field.ts'
import { groupOf, namespaceOf, toBudget, toClaim, toNode, toPod, toVolume } from './to-objects.ts'

/** One thing that is wrong with a snapshot: which item, which field, what was found and what was expected. */
export interface SnapshotProblem {
  readonly where: string
  readonly found: string
  readonly expected: string
}

/** A snapshot that cannot be read, with everything that is wrong with it. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
  readonly problems: readonly SnapshotProblem[]

  constructor(problems: readonly SnapshotProblem[]) {
    const shown = problems
      .slice(0, MOST_SHOWN)
      .map(({ where, found, expected }) => `${where}: found ${found}, expected ${expected}`)
    const more = problems.length > MOST_SHOWN ? [`… and ${problems.length - MOST_SHOWN} more`] : []
    super([...shown, ...more].join('\n'))
    this.problems = problems
  }
}

const MOST_SHOWN = 20

/** What an object is. */
export interface TypeMeta {
  readonly apiVersion: string
  readonly kind: string
}

/** Objects of a cluster, taken in list by list, so that a large cluster need not be held as JSON at once. */
export interface SnapshotReader {
  /** Takes in one object; kinds nobody asks about are passed over. `as`: what a list of one kind leaves out of its items. */
  take(item: unknown, where: string, as?: TypeMeta): void
  /** The list of a kind begins again: what was taken of it does not count. */
  again(kind: string): void
  /** The pods taken in so far. */
  pods(): Iterable<SeenPod>
  /** Throws a SnapshotError with every mistake found. */
  done(): Snapshot
}

const CONTROLLERS: ReadonlyMap<string, string> = new Map([
  ['ReplicationController', ''], ['ReplicaSet', 'apps'], ['StatefulSet', 'apps'], ['Deployment', 'apps'],
  ['DaemonSet', 'apps'], ['Job', 'batch'],
])

/** A reader of Kubernetes objects. */
export const snapshotReader = (): SnapshotReader => {
  const nodes = new Map<string, SeenNode>()
  const pods = new Map<string, SeenPod>()
  const budgets = new Map<string, Budget>()
  const controllers = new Set<string>()
  const namespaces = new Map<string, Labels>()
  const claims = new Map<string, Claim>()
  const volumes = new Map<string, Volume>()
  const problems: SnapshotProblem[] = []

  /** Those that refuse an object they have already; a controller or a claim may be taken in twice. */
  const lists: Readonly<Record<string, Map<string, unknown>>> = { Node: nodes, Pod: pods, PodDisruptionBudget: budgets }
  const texts = sharing<string>((text) => text)
  const [labels, owners] = [sharing<Labels>(JSON.stringify), sharing<SeenPod['owners']>(JSON.stringify)]
  const needs = sharing<Needs>(JSON.stringify)
  /** Pods of one template share what they have in common: it is what the planner groups them by, and most of their size. */
  const share = (pod: SeenPod): SeenPod => ({
    ...pod,
    namespace: texts(pod.namespace),
    node: pod.node === undefined ? undefined : texts(pod.node),
    labels: labels(pod.labels),
    annotations: labels(pod.annotations),
    owners: owners(pod.owners),
    localVolumes: pod.localVolumes.length === 0 ? NONE : pod.localVolumes,
    claims: pod.claims.length === 0 ? NONE : pod.claims,
    needs: needs(pod.needs),
  })
  const takers: Readonly<Record<string, (item: Field, metadata: Field) => void>> = {
    Node: (item) => {
      const node = toNode(item)
      once(nodes, node.name, node, item)
    },
    Pod: (item) => {
      const pod = toPod(item)
      once(pods, podKey(pod), share(pod), item)
    },
    PodDisruptionBudget: (item) => {
      const budget = toBudget(item)
      once(budgets, podKey(budget), budget, item)
    },
    Namespace: (_, metadata) => void namespaces.set(metadata.get('name').name(), metadata.get('labels').labels()),
    PersistentVolumeClaim: (item, metadata) =>
      void claims.set(`${namespaceOf(metadata)}/${metadata.get('name').name()}`, toClaim(item)),
    PersistentVolume: (item, metadata) => void volumes.set(metadata.get('name').name(), toVolume(item)),
  }
  const takeItem = (item: Field, as: Field): void => {
    const [kind, group] = [as.get('kind').name(), groupOf(as)]
    // A list made by hand may leave out the apiVersion. A budget passed over would let pods go.
    const isOwn = group === '' || (group === 'policy' && kind === 'PodDisruptionBudget')
    if (isOwn && Object.hasOwn(takers, kind)) takers[kind]?.(item, item.get('metadata'))
    else if (CONTROLLERS.get(kind) === group) controllers.add(item.get('metadata').get('uid').name())
  }
  return {
    take: (value, where, as) => {
      const item = new Field(value)
      try {
        if (item.object() === undefined) item.refuse('a Kubernetes object')
        takeItem(item, as === undefined ? item : new Field(as))
      } catch (error) {
        if (!(error instanceof FieldError)) throw error
        const { path, found, expected } = error
        problems.push({ where: [where, nameOf(value), path].filter((part) => part !== '').join(' '), found, expected })
      }
    },
    pods: () => pods.values(),
    again: (kind) => lists[kind]?.clear(),
    done: () => {
      if (problems.length > 0) throw new SnapshotError(problems)
      return { nodes: [...nodes.values()], pods: [...pods.values()], budgets: [...budgets.values()], controllers, namespaces, claims, volumes }
    },
  }
}

const NONE: readonly string[] = []

/** Of equal values, the one that was seen first. */
const sharing = <Value>(keyOf: (value: Value) => string): ((value: Value) => Value) => {
  const known = new Map<string, Value>()
  return (value) => {
    const key = keyOf(value)
    const first = known.get(key)
    if (first !== undefined) return first
    known.set(key, value)
    return value
  }
}

const once = <Value>(found: Map<string, Value>, key: string, value: Value, item: Field): void => {
  if (found.has(key)) item.get('metadata').get('name').refuse('each object once')
  found.set(key, value)
}

/** `(Pod shop/web-1)`, as far as that can be told. */
const nameOf = (value: unknown): string => {
  const { kind, metadata } = Object(value) as { readonly kind?: unknown; readonly metadata?: unknown }
  const { namespace, name } = Object(metadata) as { readonly namespace?: unknown; readonly name?: unknown }
  const full = [namespace, name].filter((part) => typeof part === 'string').join('/')
  const words = [kind, full].filter((part) => typeof part === 'string' && part !== '')
  return words.length === 0 ? '' : `(${words.join(' ')})`
}
