/**
 * The lines of a stream of text, without their ends, in the groups in which they arrive: what can be answered now is
 * answered now. Only a line feed ends a line; readline would also cut at U+2028, which JSON allows inside a text.
 */
export async function* textLines(chunks: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    if (parts.length > 0) yield parts
  }
  if (rest !== '') yield [rest]
}
