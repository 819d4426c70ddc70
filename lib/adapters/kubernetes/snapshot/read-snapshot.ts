import type { Budget } from '../../../domain/drain/budget.ts'
import {
  type Claim, type Labels, type Needs, podKey, type SeenNode, type SeenPod, type Snapshot, type Volume,
} from '../../../domain/drain/snapshot.ts'
import { Field, FieldError } from './field.ts'
import { jsonFault } from './json-fault.ts'
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

/** Objects of a cluster, taken in list by list, so that a large cluster need not be held as JSON at once. */
interface SnapshotReader {
  /** Takes in one object; kinds nobody asks about are passed over. */
  take(item: unknown, where: string): void
  /** Throws a SnapshotError with every mistake found. */
  done(): Snapshot
}

const CONTROLLERS: ReadonlyMap<string, string> = new Map([
  ['ReplicationController', ''], ['ReplicaSet', 'apps'], ['StatefulSet', 'apps'], ['Deployment', 'apps'],
  ['DaemonSet', 'apps'], ['Job', 'batch'],
])

/** A reader of Kubernetes objects. */
const snapshotReader = (): SnapshotReader => {
  const nodes = new Map<string, SeenNode>()
  const pods = new Map<string, SeenPod>()
  const budgets = new Map<string, Budget>()
  const controllers = new Set<string>()
  const namespaces = new Map<string, Labels>()
  const claims = new Map<string, Claim>()
  const volumes = new Map<string, Volume>()
  const needs = new Map<string, Needs>()
  const problems: SnapshotProblem[] = []

  /** Pods of one template share one value, which is what the planner groups them by. */
  const sharingNeeds = (pod: SeenPod): SeenPod => {
    const key = JSON.stringify(pod.needs)
    const known = needs.get(key)
    if (known !== undefined) return { ...pod, needs: known }
    needs.set(key, pod.needs)
    return pod
  }
  const takers: Readonly<Record<string, (item: Field, metadata: Field) => void>> = {
    Node: (item) => {
      const node = toNode(item)
      once(nodes, node.name, node, item)
    },
    Pod: (item) => {
      const pod = toPod(item)
      once(pods, podKey(pod), sharingNeeds(pod), item)
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
  const takeItem = (item: Field): void => {
    const kind = item.get('kind').name()
    const isOwn = groupOf(item) === (kind === 'PodDisruptionBudget' ? 'policy' : '')
    if (isOwn && Object.hasOwn(takers, kind)) takers[kind]?.(item, item.get('metadata'))
    else if (CONTROLLERS.get(kind) === groupOf(item)) controllers.add(item.get('metadata').get('uid').name())
  }
  return {
    take: (value, where) => {
      const item = new Field(value)
      try {
        if (item.object() === undefined) item.refuse('a Kubernetes object')
        takeItem(item)
      } catch (error) {
        if (!(error instanceof FieldError)) throw error
        const { path, found, expected } = error
        problems.push({ where: [where, nameOf(value), path].filter((part) => part !== '').join(' '), found, expected })
      }
    },
    done: () => {
      if (problems.length > 0) throw new SnapshotError(problems)
      const lists = { nodes: [...nodes.values()], pods: [...pods.values()], budgets: [...budgets.values()] }
      return { ...lists, controllers, namespaces, claims, volumes }
    },
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

/**
 * Reads what `kubectl get … -o json` prints: a List of objects. Throws a SnapshotError with the line and column where it
 * is not JSON, or with every item that is not as the API prints it.
 */
export const readSnapshot = (text: string): Snapshot => {
  const list = new Field(parse(text.startsWith('\uFEFF') ? text.slice(1) : text))
  const reader = snapshotReader()
  takeList(reader, list, '')
  return reader.done()
}

/** Takes in every item of a list; what was joined from several answers of kubectl has lists in a list. */
const takeList = (reader: SnapshotReader, list: Field, path: string): void => {
  for (const [index, item] of itemsOf(list, path).entries()) {
    const where = `${path}items[${index}]`
    if (isList(item)) takeList(reader, new Field(item.value), `${where}.`)
    else reader.take(item.value, where)
  }
}

const isList = ({ value }: Field): boolean => {
  const { kind, items } = Object(value) as { readonly kind?: unknown; readonly items?: unknown }
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = jsonFault(text)
    if (fault === undefined) throw error
    const { line, column, found, expected } = fault
    throw new SnapshotError([{ where: `line ${line}, column ${column}`, found, expected: `${expected} (JSON)` }])
  }
}

const itemsOf = (list: Field, at: string): readonly Field[] => {
  try {
    const kind = list.get('kind')
    if (list.object() === undefined || kind.text()?.endsWith('List') !== true) {
      throw new FieldError('kind', kind.value, '"List": what kubectl get … -o json prints for several kinds')
    }
    const items = list.get('items')
    return items.value === undefined ? items.refuse('a list') : items.items()
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    throw new SnapshotError([{ where: `${at}${error.path}` || 'the document', found: error.found, expected: error.expected }])
  }
}
