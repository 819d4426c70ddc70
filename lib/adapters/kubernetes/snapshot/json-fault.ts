/** Where a text stops being JSON. */
interface JsonFault {
  /** So many UTF-16 units from its start. */
  readonly at: number
  readonly found: string
  readonly expected: string
}

const SPACE = /[ \t\r\n]*/y
/** From the space on: control characters have to be escaped. */
const STRING = /"[ !#-[\]-\uFFFF]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uFFFF]*)*"/y
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

type Wanted =
  | 'a value' | 'a value or "]"' | 'a key in quotes or "}"' | 'a key in quotes'
  | '":"' | '"," or "}"' | '"," or "]"' | 'nothing more'

/** The first place at which a text is not JSON; undefined: it is. V8 names the place in some of its messages only. */
export const jsonFault = (text: string): JsonFault | undefined => {
  const open: ('{' | '[')[] = []
  let at = 0
  let wanted: Wanted = 'a value'
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const afterValue = (): Wanted => (open.length === 0 ? 'nothing more' : open.at(-1) === '{' ? '"," or "}"' : '"," or "]"')
  for (;;) {
    skip(SPACE)
    const next = text[at]
    if (next === undefined && wanted === 'nothing more') return undefined
    const isClosing = (next === '}' && wanted.endsWith('"}"')) || (next === ']' && wanted.endsWith('"]"'))
    if (isClosing) {
      open.pop()
      at += 1
      wanted = afterValue()
    } else if (wanted.startsWith('a value')) {
      if (next === '{' || next === '[') {
        open.push(next)
        at += 1
        wanted = next === '{' ? 'a key in quotes or "}"' : 'a value or "]"'
      } else if (skip(STRING) || skip(SCALAR)) wanted = afterValue()
      else return faultAt(text, at, wanted)
    } else if (wanted.startsWith('a key')) {
      if (!skip(STRING)) return faultAt(text, at, wanted)
      wanted = '":"'
    } else if (wanted === '":"' && next === ':') {
      at += 1
      wanted = 'a value'
    } else if (wanted.startsWith('","') && next === ',') {
      at += 1
      wanted = open.at(-1) === '{' ? 'a key in quotes' : 'a value'
    } else return faultAt(text, at, wanted)
  }
}

const faultAt = (text: string, at: number, expected: string): JsonFault => {
  const rest = /^[^\r\n]{1,20}/.exec(text.slice(at))?.[0]
  return { at, found: rest === undefined ? 'the end' : JSON.stringify(rest), expected }
}
