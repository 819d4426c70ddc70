/** What can be written as XML. An undefined field is left out; an array becomes one list element per entry. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml }

/** The value as XML text. `listElement` is the protocol's name for an entry: `member` (query) or `item` (EC2). */
export const xml = (value: Xml, listElement: 'member' | 'item'): string => {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escaped(String(value))
  if (isList(value)) return value.map((entry) => element(listElement, entry, listElement)).join('')
  return Object.entries(value)
    .map(([name, field]) => (field === undefined ? '' : element(name, field, listElement)))
    .join('')
}

const element = (name: string, value: Xml, listElement: 'member' | 'item'): string =>
  `<${name}>${xml(value, listElement)}</${name}>`

const isList = (value: object): value is readonly Xml[] => Array.isArray(value)

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
