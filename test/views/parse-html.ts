/** An element of a parsed page. */
export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
  readonly parent: Element | undefined
}

const VOID = new Set(['meta', 'br', 'hr', 'img', 'link', 'input'])

const ENTITIES: Readonly<Record<string, string>> = { nbsp: '\u00A0', amp: '&', lt: '<', gt: '>', quot: '"' }

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string | undefined) => (code === undefined ? (ENTITIES[name ?? ''] ?? '?') : String.fromCodePoint(Number(code))))

/** Parses strictly written HTML: quoted attributes, every element closed. Throws where it is not. */
export const parseHtml = (page: string): Element => {
  const root = { tag: '#root', attributes: {}, children: [] as (Element | string)[], parent: undefined }
  const open: (Element & { children: (Element | string)[] })[] = [root]
  const here = () => open.at(-1) ?? root
  for (const [piece] of page.matchAll(/<[^>]*>|[^<]+/g)) {
    if (!piece.startsWith('<')) {
      here().children.push(decoded(piece))
      continue
    }
    if (piece.startsWith('<!')) continue
    if (piece.startsWith('</')) {
      const closed = open.pop()
      if (`</${closed?.tag}>` !== piece) throw new Error(`<${closed?.tag}> is closed by ${piece}`)
      continue
    }
    const [, tag = '', rest = ''] = /^<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>$/.exec(piece) ?? []
    if (tag === '') throw new Error(`not a strictly written tag: ${piece}`)
    const attributes = Object.fromEntries([...rest.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decoded(value)]))
    const element = { tag, attributes, children: [] as (Element | string)[], parent: here() }
    here().children.push(element)
    if (!VOID.has(tag)) open.push(element)
  }
  if (open.length !== 1) throw new Error(`<${here().tag}> is not closed`)
  return root
}

/** Every element under one, itself not counted. */
export const descendants = (element: Element): readonly Element[] =>
  element.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...descendants(child)]))

/** The elements of a tag. */
export const all = (element: Element, tag: string): readonly Element[] => descendants(element).filter((each) => each.tag === tag)

/** What a reader sees of an element. */
export const textOf = (element: Element): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('').replaceAll(/\s+/g, ' ').trim()

/** An element and those around it, innermost first. */
export const outward = (element: Element): readonly Element[] => [element, ...(element.parent === undefined ? [] : outward(element.parent))]

/** The declarations of its `style`. */
export const styleOf = ({ attributes }: Element): Readonly<Record<string, string>> =>
  Object.fromEntries((attributes['style'] ?? '').split(';').filter((part) => part !== '').map((part) => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)]))
