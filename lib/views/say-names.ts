/** So many are named; what is left is counted. */
const NAMED = 2

/** Some names, `us-dev/a, us-dev/b and 3 more`; undefined of none. */
export const sayNames = (names: readonly string[]): string | undefined => {
  const shown = names.length > NAMED + 1 ? names.slice(0, NAMED) : names
  if (shown.length === 0) return undefined
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`
}
