// Pieces of CEL as ValidatingAdmissionPolicies evaluate it: objects are maps there, whatever their kind.

/** A text, or a list of texts, as CEL writes it. */
export const celText = (text: string): string => JSON.stringify(text)
export const celList = (texts: readonly string[]): string => `[${texts.map(celText).join(', ')}]`

/** What is at a path of an object, as an optional; of no segment, the object itself. */
export const celAt = (object: string, path: readonly string[]): string =>
  `${object}${path.map((segment) => (/^[a-z]\w*$/i.test(segment) ? `.?${segment}` : `[?${celText(segment)}]`)).join('')}`

/** The map at a path of an object, empty where there is none. */
const mapAt = (object: string, path: readonly string[]): string => (path.length === 0 ? object : `${celAt(object, path)}.orValue({})`)

/** All of these hold; true where there are none. */
export const celAll = (parts: readonly string[]): string => (parts.length === 0 ? 'true' : parts.map((part) => `(${part})`).join(' && '))

/** Where `when` holds, so does `then`. */
export const celWhere = (when: string, then: string): string => `!(${when}) || (${then})`

/** The places under one that may change, as a tree; a leaf may change whole. */
interface Places {
  readonly [segment: string]: Places | 'may change'
}

/**
 * Holds where nothing but these places differs between `object` and `oldObject` from `under` on. `orKey` is a further
 * condition on the key `k` under which a difference is let pass.
 */
export const celUnchangedBut = (under: readonly string[], paths: readonly (readonly string[])[], orKey?: string): string =>
  celAll(differences(under, treeOf(paths), orKey))

const treeOf = (paths: readonly (readonly string[])[]): Places =>
  Object.fromEntries(
    [...Map.groupBy(paths, ([first = '']) => first)].map(([first, alike]) => {
      const rests = alike.map(([, ...rest]) => rest)
      return [first, rests.some((rest) => rest.length === 0) ? 'may change' : treeOf(rests)] as const
    }),
  )

const differences = (under: readonly string[], places: Places, orKey: string | undefined): readonly string[] => {
  const except = [...(Object.keys(places).length === 0 ? [] : [`k in ${celList(Object.keys(places))}`]), ...(orKey === undefined ? [] : [orKey])]
  const or = except.map((one) => `${one} || `).join('')
  return [
    `${mapAt('object', under)}.all(k, ${or}${celAt('object', under)}[?k] == ${celAt('oldObject', under)}[?k])`,
    `${mapAt('oldObject', under)}.all(k, ${or}k in ${mapAt('object', under)})`,
    ...Object.entries(places).flatMap(([segment, inner]) => (inner === 'may change' ? [] : differences([...under, segment], inner, undefined))),
  ]
}
