/** Whether two plain data values say the same; the order of an object's keys does not matter, `undefined` is like absent. */
export const isDeepEqual = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => isDeepEqual(Reflect.get(a, name), Reflect.get(b, name)))
}
