/** A JSON request body, read field by field; a field of another type than asked for counts as absent. */
export class JsonInput {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    this.#fields = isRecord(value) ? value : {}
  }

  /** Reads a body; an empty or broken one has no fields. */
  static parse(body: string): JsonInput {
    try {
      return new JsonInput(JSON.parse(body))
    } catch {
      return new JsonInput(undefined)
    }
  }

  get names(): readonly string[] {
    return Object.keys(this.#fields)
  }

  text(name: string): string | undefined {
    const value = this.#fields[name]
    return typeof value === 'string' ? value : undefined
  }

  number(name: string): number | undefined {
    const value = this.#fields[name]
    return typeof value === 'number' ? value : undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.#fields[name]
    return typeof value === 'boolean' ? value : undefined
  }

  object(name: string): JsonInput | undefined {
    const value = this.#fields[name]
    return isRecord(value) ? new JsonInput(value) : undefined
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name]
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
  }

  objects(name: string): readonly JsonInput[] {
    const value = this.#fields[name]
    return Array.isArray(value) ? value.map((entry) => new JsonInput(entry)) : []
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
