/** The same items, and how often a property of theirs was read: work that grows with size shows without a clock. */
export const countReads = <Item extends object>(items: readonly Item[], property: keyof Item): { readonly counted: readonly Item[]; readonly reads: () => number } => {
  let reads = 0
  const counted = items.map((item) => {
    const { [property]: value, ...rest } = item
    return Object.defineProperty(rest, property, {
      enumerable: true,
      get: () => {
        reads += 1
        return value
      },
    }) as Item
  })
  return { counted, reads: () => reads }
}
