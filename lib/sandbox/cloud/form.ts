/** The fields of a query-protocol request, `Filter.1.Value.2=…`, read by the names the API reference gives them. */
export class Form {
  readonly #fields: ReadonlyMap<string, string>

  constructor(fields: ReadonlyMap<string, string>) {
    this.#fields = fields
  }

  /** Reads an `application/x-www-form-urlencoded` body. */
  static parse(body: string): Form {
    return new Form(new Map(new URLSearchParams(body)))
  }

  text(name: string): string | undefined {
    return this.#fields.get(name)
  }

  integer(name: string): number | undefined {
    const text = this.#fields.get(name)
    return text === undefined ? undefined : Number.parseInt(text, 10)
  }

  flag(name: string): boolean | undefined {
    const text = this.#fields.get(name)
    return text === undefined ? undefined : text === 'true'
  }

  /** The entries `name.1`, `name.2`, … up to the first that is missing. */
  list(name: string): readonly string[] {
    const entries: string[] = []
    for (let n = 1, entry = this.text(`${name}.1`); entry !== undefined; entry = this.text(`${name}.${n}`)) {
      entries.push(entry)
      n += 1
    }
    return entries
  }

  /** The structures `name.1.…`, `name.2.…`, each as a form of its own. */
  structures(name: string): readonly Form[] {
    const byNumber = new Map<number, Map<string, string>>()
    for (const [field, value] of this.#fields) {
      if (!field.startsWith(`${name}.`)) continue
      const rest = field.slice(name.length + 1)
      const dot = rest.indexOf('.')
      const number = Number(rest.slice(0, dot))
      if (dot === -1 || !Number.isInteger(number)) continue
      const fields = byNumber.get(number) ?? new Map<string, string>()
      byNumber.set(number, fields.set(rest.slice(dot + 1), value))
    }
    return [...byNumber].sort(([a], [b]) => a - b).map(([, fields]) => new Form(fields))
  }
}
