import { createHash } from 'node:crypto'
import { type Instant, iso } from '../../domain/time.ts'
import { alreadyExists } from './api-error.ts'
import { deepFreeze, sameJson } from './json.ts'
import { kindRow, type KindRow } from './kinds.ts'
import { type ChangeType, type KubernetesObject, type ObjectChange, keyOf } from './kubernetes-object.ts'
import type { KnownKinds, Pod } from './resources.ts'

/** An object to be stored; the store adds uid, versions and times. */
export type NewObject = KubernetesObject

type Listener = (change: ObjectChange) => void
type Shelf = Map<string, KubernetesObject>

/**
 * The cluster's state: frozen objects by kind, namespace and name, indexed by owner and by node so that no question
 * costs a walk over everything. It stamps what etcd and the registry stamp (uid, resourceVersion, generation,
 * creationTimestamp) and tells listeners of every change; listeners take note and return, they never write.
 */
export class ObjectStore {
  readonly #clusterName: string
  readonly #now: () => Instant
  readonly #shelves = new Map<string, Map<string, Shelf>>()
  readonly #byOwner = new Map<string, Shelf>()
  readonly #podsByNode = new Map<string, Map<string, Pod>>()
  readonly #lives = new Map<string, number>()
  readonly #listeners = new Set<Listener>()
  #version = 1
  #clock: { readonly at: Instant; readonly text: string } | undefined

  constructor(clusterName: string, now: () => Instant) {
    this.#clusterName = clusterName
    this.#now = now
  }

  /** The version of the newest change, as lists report it. */
  get resourceVersion(): string {
    return String(this.#version)
  }

  /** The time of the cluster as objects carry it, to the second. */
  timestamp(): string {
    const at = this.#now()
    // Time stands still while things happen: most of them ask for the same instant.
    if (this.#clock?.at !== at) this.#clock = { at, text: iso(at) }
    return this.#clock.text
  }

  get<K extends keyof KnownKinds>(kind: K, name: string, namespace?: string): KnownKinds[K] | undefined
  get(kind: string, name: string, namespace?: string): KubernetesObject | undefined
  get(kind: string, name: string, namespace = ''): KubernetesObject | undefined {
    return this.#shelves.get(kind)?.get(namespace)?.get(name)
  }

  /** Every object of a kind, of one namespace where one is given; in no particular order. */
  list<K extends keyof KnownKinds>(kind: K, namespace?: string): KnownKinds[K][]
  list(kind: string, namespace?: string): KubernetesObject[]
  list(kind: string, namespace?: string): KubernetesObject[] {
    const shelves = this.#shelves.get(kind)
    if (shelves === undefined) return []
    if (namespace !== undefined) return [...(shelves.get(namespace)?.values() ?? [])]
    return [...shelves.values()].flatMap((shelf) => [...shelf.values()])
  }

  /** Every object that names `uid` among its owners. */
  dependents(uid: string): KubernetesObject[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])]
  }

  /** The objects of one kind that `owner` controls. */
  controlled<K extends keyof KnownKinds>(kind: K, owner: KubernetesObject): KnownKinds[K][] {
    const uid = owner.metadata.uid ?? ''
    const isControlled = (object: KubernetesObject): object is KnownKinds[K] =>
      object.kind === kind &&
      object.metadata.ownerReferences?.some((ref) => ref.uid === uid && ref.controller === true) === true
    return this.dependents(uid).filter(isControlled)
  }

  /** The pods bound to a node. */
  podsOn(nodeName: string): Pod[] {
    return [...(this.#podsByNode.get(nodeName)?.values() ?? [])]
  }

  /** Calls `listener` after every change until the answer is called. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The object as it would be stored; writes nothing. Throws the 409 of a name that is taken. */
  draft(object: NewObject): KubernetesObject {
    const row = this.#row(object)
    const { name, namespace } = object.metadata
    if (this.get(object.kind, name, namespace) !== undefined) throw alreadyExists(row, name)
    const { resourceVersion: _, generateName: __, ...metadata } = object.metadata
    const stamped = {
      ...metadata,
      uid: this.#uid(`${object.kind}/${keyOf(object)}`),
      creationTimestamp: this.timestamp(),
      ...(row.generation === 'none' ? {} : { generation: 1 }),
    }
    return { ...object, metadata: stamped }
  }

  /** Stores a new object. Throws the 409 of a name that is taken. */
  create(object: NewObject): KubernetesObject {
    const draft = this.draft(object)
    const life = `${object.kind}/${keyOf(object)}`
    this.#lives.set(life, (this.#lives.get(life) ?? 0) + 1)
    const stored = deepFreeze({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(++this.#version) } })
    this.#shelve(stored)
    this.#tell('ADDED', stored)
    return stored
  }

  /** The object as an update would leave it, but for its version; `previous` itself where nothing changes. */
  revised<T extends KubernetesObject>(previous: T, next: T, through: 'object' | 'status' = 'object'): T {
    const kept = {
      ...next.metadata,
      uid: previous.metadata.uid,
      creationTimestamp: previous.metadata.creationTimestamp,
      resourceVersion: previous.metadata.resourceVersion,
    }
    const same = { ...next, metadata: { ...kept, generation: previous.metadata.generation } }
    if (sameJson(previous, same)) return previous
    const { generation } = previous.metadata
    if (generation === undefined) return same
    const starts = through === 'object' && this.#startsGeneration(previous, next)
    return { ...next, metadata: { ...kept, generation: generation + (starts ? 1 : 0) } }
  }

  /**
   * Replaces an object by its next state; without a change there is no new version and nobody is told. An object
   * marked for deletion goes when its last finalizer does. Through `status` no new generation begins.
   */
  update<T extends KubernetesObject>(previous: T, next: T, through: 'object' | 'status' = 'object'): T {
    const revised = this.revised(previous, next, through)
    if (revised === previous) return previous
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = revised.metadata
    const stored = deepFreeze({
      ...revised,
      metadata: { ...revised.metadata, resourceVersion: String(++this.#version) },
    })
    this.#shelve(stored, previous)
    this.#tell('MODIFIED', stored, previous)
    const wasHeld = (previous.metadata.finalizers ?? []).length > 0
    if (wasHeld && deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0) {
      this.remove(stored)
    }
    return stored
  }

  /** Takes the object out, whatever its finalizers say. */
  remove(object: KubernetesObject): void {
    const { name, namespace = '' } = object.metadata
    const shelf = this.#shelves.get(object.kind)?.get(namespace)
    const stored = shelf?.get(name)
    if (shelf === undefined || stored === undefined) return
    shelf.delete(name)
    this.#unindex(stored)
    this.#version += 1
    this.#tell('DELETED', stored, stored)
  }

  #row(object: KubernetesObject): KindRow {
    const row = kindRow(object.kind)
    if (row === undefined) {
      throw new TypeError(`unknown kind: found "${object.kind}", expected one of kinds.ts; add a row there`)
    }
    return row
  }

  #startsGeneration(previous: KubernetesObject, next: KubernetesObject): boolean {
    const { generation } = this.#row(next)
    if (generation === 'none') return false
    // A deletion counts as a change of the desired state (registry/rest BeforeDelete).
    if (previous.metadata.deletionTimestamp === undefined && next.metadata.deletionTimestamp !== undefined) return true
    if (!sameJson(previous.spec, next.spec)) return true
    return (
      generation === 'spec and annotations' &&
      !sameJson(previous.metadata.annotations ?? {}, next.metadata.annotations ?? {})
    )
  }

  #uid(life: string): string {
    const lives = this.#lives.get(life) ?? 0
    const hex = createHash('sha256').update(`${this.#clusterName}\0${life}\0${lives}`).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }

  #shelve(object: KubernetesObject, previous?: KubernetesObject): void {
    const { name, namespace = '' } = object.metadata
    const shelves = mapIn(this.#shelves, object.kind)
    mapIn(shelves, namespace).set(name, object)
    if (previous !== undefined) this.#unindex(previous)
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      mapIn(this.#byOwner, uid).set(`${object.kind}/${keyOf(object)}`, object)
    }
    const nodeName = nodeOf(object)
    if (nodeName !== undefined) mapIn(this.#podsByNode, nodeName).set(keyOf(object), object as Pod)
  }

  #unindex(object: KubernetesObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const shelf = this.#byOwner.get(uid)
      shelf?.delete(`${object.kind}/${keyOf(object)}`)
      if (shelf?.size === 0) this.#byOwner.delete(uid)
    }
    const nodeName = nodeOf(object)
    if (nodeName !== undefined) this.#podsByNode.get(nodeName)?.delete(keyOf(object))
  }

  #tell(type: ChangeType, object: KubernetesObject, previous?: KubernetesObject): void {
    const change: ObjectChange = previous === undefined ? { type, object } : { type, object, previous }
    for (const listener of this.#listeners) listener(change)
  }
}

const nodeOf = (object: KubernetesObject): string | undefined =>
  object.kind === 'Pod' ? (object as Pod).spec.nodeName : undefined

const mapIn = <K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> => {
  const found = maps.get(key)
  if (found !== undefined) return found
  const made = new Map<L, V>()
  maps.set(key, made)
  return made
}
