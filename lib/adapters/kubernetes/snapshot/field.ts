import { describeValue } from '../../../domain/intent/mistake.ts'
import type { Labels } from '../../../domain/drain/snapshot.ts'
import { quantity } from '../../../domain/requests.ts'
import { type Instant, instant } from '../../../domain/time.ts'

/** A field that is not what the Kubernetes API would print. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  readonly path: string
  readonly found: string
  readonly expected: string

  constructor(path: string, found: unknown, expected: string, options?: ErrorOptions) {
    super(`${path}: found ${describeValue(found)}, expected ${expected}`, options)
    this.path = path
    this.found = describeValue(found)
    this.expected = expected
  }
}

/**
 * One value of plain JSON and the way to it. Reads what is expected and says, with the path, what is not; null is the
 * same as nothing, as in Go. Every reader throws a FieldError.
 */
export class Field {
  readonly value: unknown
  readonly #parent: Field | undefined
  readonly #key: string | number

  constructor(value: unknown, key: string | number = '', parent?: Field) {
    this.value = value ?? undefined
    this.#key = key
    this.#parent = parent
  }

  get path(): string {
    const above = this.#parent?.path ?? ''
    if (typeof this.#key === 'number') return `${above}[${this.#key}]`
    return above === '' ? this.#key : `${above}.${this.#key}`
  }

  /** The field of an object; one of nothing is nothing. */
  get(key: string): Field {
    const object = this.object()
    return new Field(object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined, key, this)
  }

  object(): Readonly<Record<string, unknown>> | undefined {
    if (this.value === undefined) return undefined
    if (typeof this.value !== 'object' || Array.isArray(this.value)) return this.refuse('a mapping')
    return this.value as Readonly<Record<string, unknown>>
  }

  /** The items of a list; none where there is no list. */
  items(): readonly Field[] {
    if (this.value === undefined) return []
    if (!Array.isArray(this.value)) return this.refuse('a list')
    return this.value.map((item, index) => new Field(item, index, this))
  }

  text(): string | undefined {
    return this.value === undefined || typeof this.value === 'string' ? this.value : this.refuse('a text')
  }

  /** A text that has to be there. */
  name(): string {
    const text = this.text()
    return text === undefined || text === '' ? this.refuse('a text that is not empty') : text
  }

  texts(): readonly string[] {
    return this.items().map((item) => item.text() ?? item.refuse('a text'))
  }

  whole(): number | undefined {
    const isFine = this.value === undefined || Number.isSafeInteger(this.value)
    return isFine ? (this.value as number | undefined) : this.refuse('a whole number')
  }

  flag(): boolean {
    if (this.value === undefined) return false
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false')
  }

  /** A mapping from texts to texts. */
  labels(): Labels {
    const labels = this.object() ?? {}
    for (const [key, value] of Object.entries(labels)) if (typeof value !== 'string') new Field(value, key, this).refuse('a text')
    return labels as Labels
  }

  instant(): Instant | undefined {
    const text = this.text()
    if (text === undefined) return undefined
    try {
      return instant(text)
    } catch (error) {
      return this.refuse('an instant such as 2026-11-22T08:00:00Z', error)
    }
  }

  /** Kubernetes quantities by their names, in their base unit: cores, bytes, a count. */
  quantities(): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const [key, value] of Object.entries(this.object() ?? {})) {
      const field = new Field(value, key, this)
      try {
        if (typeof value !== 'string' && typeof value !== 'number') throw new RangeError('neither a text nor a number')
        found.set(key, quantity(value))
      } catch (error) {
        field.refuse('a quantity such as 250m, 2 or 1.5Gi', error)
      }
    }
    return found
  }

  refuse(expected: string, cause?: unknown): never {
    throw new FieldError(this.path, this.value, expected, { cause })
  }
}
