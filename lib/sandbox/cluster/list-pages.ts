import { ApiError, badRequest } from './api-error.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

/** One page of a list. */
export interface Page {
  readonly items: readonly KubernetesObject[]
  readonly resourceVersion: string
  readonly continueToken?: string
  readonly remainingItemCount?: number
}

interface Snapshot {
  readonly items: readonly KubernetesObject[]
  readonly resourceVersion: string
  readonly isSelected: boolean
}

const expired = (): ApiError =>
  new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
      'without the continue parameter.',
  )

/**
 * Cuts lists into pages that all show the state of the first: objects never change in place, so that a snapshot is a
 * list of references. Only the newest snapshots are kept; an older token is a 410, as after an etcd compaction.
 */
export class ListPages {
  readonly #snapshots = new Map<string, Snapshot>()
  readonly #kept: number

  constructor(kept = 64) {
    this.#kept = kept
  }

  /** The first page. Where a selector chose the items the rest is not counted, as in the real API. */
  first(items: readonly KubernetesObject[], resourceVersion: string, limit: number, isSelected: boolean): Page {
    if (limit <= 0 || items.length <= limit) return { items, resourceVersion }
    return this.#page({ items, resourceVersion, isSelected }, 0, limit)
  }

  /** The page a token asks for. Throws 410 when its list is no longer kept, 400 when it is no token. */
  next(token: string, limit: number): Page {
    const [id = '', offset = ''] = Buffer.from(token, 'base64url').toString().split(':')
    if (!/^\d+$/.test(offset)) throw badRequest('continue key is not valid: invalid continue token')
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) throw expired()
    return this.#page(snapshot, Number(offset), limit > 0 ? limit : snapshot.items.length, id)
  }

  #page(snapshot: Snapshot, offset: number, limit: number, id = this.#keep(snapshot)): Page {
    const { items, resourceVersion, isSelected } = snapshot
    const end = offset + limit
    const page = { items: items.slice(offset, end), resourceVersion }
    if (end >= items.length) return page
    const continueToken = Buffer.from(`${id}:${end}`).toString('base64url')
    return { ...page, continueToken, ...(isSelected ? {} : { remainingItemCount: items.length - end }) }
  }

  #serial = 0

  #keep(snapshot: Snapshot): string {
    const id = `${snapshot.resourceVersion}-${(this.#serial += 1)}`
    this.#snapshots.set(id, snapshot)
    const [oldest] = this.#snapshots.keys()
    if (this.#snapshots.size > this.#kept && oldest !== undefined) this.#snapshots.delete(oldest)
    return id
  }
}
