/** An attribute as it goes over the wire. */
type AttributeValue = Readonly<Record<string, unknown>>
export type WireItem = Readonly<Record<string, AttributeValue>>

/**
 * Bytes of an item as DynamoDB bills them: names and values in UTF-8, a number two digits a byte and one more, a map or
 * a list 3 bytes and one for each element. Rule: DynamoDB developer guide, "item sizes and formats".
 */
export const itemBytes = (item: WireItem): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0)

const valueBytes = (value: AttributeValue): number => {
  const [[type, inner] = ['NULL', true]] = Object.entries(value)
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(inner))
    case 'N':
      return Math.ceil(String(inner).replaceAll(/[-.]/g, '').length / 2) + 1
    case 'L':
      return 3 + (inner as readonly AttributeValue[]).reduce((sum, element) => sum + 1 + valueBytes(element), 0)
    case 'M':
      return 3 + Object.keys(inner as WireItem).length + itemBytes(inner as WireItem)
    default:
      return 1
  }
}
