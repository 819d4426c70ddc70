import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** What an attribute of the table says, as plain JSON. */
export const plainAttribute = ({ S, N, BOOL, L, M }: AttributeValue): unknown => {
  if (L !== undefined) return L.map(plainAttribute)
  if (M !== undefined) return Object.fromEntries(Object.entries(M).map(([name, value]) => [name, plainAttribute(value)]))
  return N === undefined ? (S ?? BOOL ?? null) : Number(N)
}
