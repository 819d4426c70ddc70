/** What is wrong in a text of hours, and where. */
export interface HoursMistake {
  readonly found: string
  readonly expected: string
  readonly hint?: string | undefined
  /** Characters before the mistake in the text; undefined when it is not in the text. */
  readonly position?: number
}

/** Hours that cannot be read: the message says what was found where, what was expected, and what was probably meant. */
export class HoursError extends Error {
  override readonly name = 'HoursError'
  readonly found: string
  readonly expected: string
  readonly hint: string | undefined
  readonly position: number | undefined

  constructor(mistake: HoursMistake, options?: ErrorOptions) {
    const where = mistake.position === undefined ? '' : ` at character ${mistake.position + 1}`
    const hint = mistake.hint === undefined ? '' : `; ${mistake.hint}`
    super(`found ${mistake.found}${where}, expected ${mistake.expected}${hint}`, options)
    this.found = mistake.found
    this.expected = mistake.expected
    this.hint = mistake.hint
    this.position = mistake.position
  }
}
