import { constants } from 'node:buffer'
import { jsonFault } from './json-fault.ts'
import { SnapshotError } from './snapshot-reader.ts'

/** Takes a List apart while it is read, so that it may be longer than a text of JavaScript may be. */
export interface ListSplitter {
  /** The next bytes of the document, which stay as they are. Throws a SnapshotError with line and column where it is not JSON. */
  push(bytes: Uint8Array): void
  /** No more bytes come: what the document says beside the items that were handed over. Throws as `push`. */
  end(): unknown
}

/** Where the part of the document begins that is being read, and JSON that stands for all before it. */
interface Part {
  readonly line: number
  readonly column: number
  readonly before: string
}

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [0x22, 0x5c, 0x2c, 0x0a]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/** What stands before the first item, at the end of so many bytes. Written otherwise the list is read in one piece. */
const BEFORE_ITEMS = /"items"[ \t\r\n]*:[ \t\r\n]*\[$/
const BEFORE_ITEMS_BYTES = 256

/** After a fault: as much as is shown of it. */
const SHOWN_BYTES = 80

/** No object of the API is so large: what is gets a look for a fault before more of it is held. */
const LARGE_BYTES = 16 * 2 ** 20

/**
 * Splits the list of `items` at the top of a document. Quotes and brackets alone tell where an item ends; each is parsed as
 * soon as it does, and where it cannot be, it is looked through for the first fault. One item is held at a time.
 *
 * @param take gets each item as it comes
 */
export const listSplitter = (take: (item: unknown) => void): ListSplitter => {
  let stage: 'head' | 'items' | 'tail' = 'head'
  let part: Part = { line: 1, column: 1, before: '' }
  /** Bytes of the part from before the chunk. */
  let held: Buffer[] = []
  let largeBytes = LARGE_BYTES
  let [newlines, depth, count, head] = [0, 0, 0, '']
  let [isInString, isEscaped] = [false, false]

  /** The part up to some place of the chunk. */
  const textOf = (chunk: Buffer, start: number, end: number): string => {
    const bytes = Buffer.concat([...held, chunk.subarray(start, end)])
    if (bytes.length > constants.MAX_STRING_LENGTH) throw faultAt(part, '', { at: 0, found: `a value of ${bytes.length} bytes and more`, expected: 'objects as the API has them' })
    const text = bytes.toString('utf8')
    return stage === 'head' && text.startsWith('\uFEFF') ? text.slice(1) : text
  }
  const fault = (raw: string): SnapshotError => {
    const { before } = part
    const found = jsonFault(before + raw)
    if (found === undefined) throw new Error(`found no fault in what JSON.parse refuses at line ${part.line}, column ${part.column}`)
    return faultAt(part, raw, { ...found, at: found.at - before.length })
  }
  const parse = (text: string, raw: () => string): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      throw fault(raw())
    }
  }
  const begin = (text: string, before: string): void => {
    const column = newlines === 0 ? part.column + text.length : text.length - text.lastIndexOf('\n')
    part = { line: part.line + newlines, column, before }
    newlines = 0
    held = []
    largeBytes = LARGE_BYTES
  }
  /** Whether the bracket at the end of this begins the list of items. */
  const beginsItems = (chunk: Buffer, start: number, end: number): boolean => {
    let last = chunk.subarray(Math.max(start, end - BEFORE_ITEMS_BYTES), end).toString('latin1')
    for (let index = held.length - 1; index >= 0 && last.length < BEFORE_ITEMS_BYTES; index -= 1) last = `${held[index]?.subarray(-BEFORE_ITEMS_BYTES).toString('latin1')}${last}`
    if (!BEFORE_ITEMS.test(last)) return false
    head = textOf(chunk, start, end)
    const found = jsonFault(head)
    if (found !== undefined && found.at < head.length) throw fault(textOf(chunk, start, end + SHOWN_BYTES))
    begin(head, '[')
    stage = 'items'
    return true
  }
  /** The comma or bracket after an item. */
  const endItem = (chunk: Buffer, start: number, at: number): void => {
    const text = textOf(chunk, start, at)
    const isEnd = chunk[at] === CLOSE_BRACKET
    if (!isEnd || count > 0 || !/^[ \t\r\n]*$/.test(text)) {
      take(parse(text, () => textOf(chunk, start, at + SHOWN_BYTES)))
      count += 1
    }
    begin(isEnd ? text : `${text},`, isEnd ? `${head}${count === 0 ? '' : '0'}` : '[0,')
    if (isEnd) stage = 'tail'
  }
  /** Where a string ends that began before; the end of the chunk where it goes on. */
  const afterString = (chunk: Buffer, from: number): number => {
    const quote = chunk.indexOf(QUOTE, from)
    const end = quote < 0 ? chunk.length : quote
    let slashes = 0
    while (end - slashes > from && chunk[end - slashes - 1] === BACKSLASH) slashes += 1
    isEscaped = quote < 0 && slashes % 2 === 1
    isInString = quote < 0 || slashes % 2 === 1
    return end + 1
  }
  const scan = (chunk: Buffer): void => {
    let [at, start] = [0, 0]
    while (at < chunk.length) {
      if (isInString) {
        at = afterString(chunk, isEscaped ? at + 1 : at)
        continue
      }
      const byte = chunk[at]
      if (byte === QUOTE) isInString = true
      else if (byte === NEWLINE) newlines += 1
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1
        if (byte === OPEN_BRACKET && depth === 2 && stage === 'head' && beginsItems(chunk, start, at + 1)) start = at + 1
      } else if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (stage === 'items' && depth === 2) {
          if (byte === CLOSE_BRACE) throw fault(textOf(chunk, start, at + SHOWN_BYTES))
          endItem(chunk, start, at)
          start = byte === COMMA ? at + 1 : at
        }
        if (byte !== COMMA) depth -= 1
      }
      at += 1
    }
    if (start < chunk.length) held.push(chunk.subarray(start))
  }
  /** Before more is held than any object has: what is broken need not be read to its end. */
  const look = (): void => {
    if (held.reduce((sum, { length }) => sum + length, 0) < largeBytes) return
    const text = textOf(NO_BYTES, 0, 0)
    // Strings end before a line does, so that nothing is cut in two.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const found = jsonFault(part.before + whole)
    if (found !== undefined && found.at < part.before.length + whole.length) throw fault(text)
    largeBytes *= 2
  }
  return {
    push: (bytes) => {
      scan(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      look()
    },
    end: () => {
      const text = textOf(NO_BYTES, 0, 0)
      if (stage === 'items') throw fault(text)
      return parse(stage === 'tail' ? `${head}${text}` : text, () => text)
    },
  }
}

const NO_BYTES = Buffer.alloc(0)

/** A fault at a place of a part, as a place of the document. */
const faultAt = ({ line, column }: Part, raw: string, { at, found, expected }: { readonly at: number; readonly found: string; readonly expected: string }): SnapshotError => {
  const lines = raw.slice(0, at).split('\n')
  const last = lines.at(-1)?.length ?? 0
  const where = `line ${line + lines.length - 1}, column ${lines.length === 1 ? column + last : last + 1}`
  return new SnapshotError([{ where, found, expected: `${expected} (JSON)` }])
}
