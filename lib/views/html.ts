/** Text that is HTML already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | Markup | undefined | readonly (Markup | undefined)[]

/** A template whose values are escaped, unless they were made by it. `undefined` is nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly Piece[]): Markup =>
  new Markup(strings.map((part, index) => part + written(values[index])).join(''))

const written = (value: Piece): string => {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(written).join('')
  return String(value).replaceAll(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`)
}
