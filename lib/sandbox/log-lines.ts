import { type Instant, iso } from '../domain/time.ts'

/** A line a function logged. */
export interface LogLine {
  readonly level: string
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Reads what the functions write to standard output, as CloudWatch Logs would, until the answer is called. What is no
 * log line goes on to where it was going.
 */
export const readLogs = (onLine: (line: LogLine) => void): (() => void) => {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    const line = typeof chunk === 'string' && chunk.startsWith('{"level":') ? parse(chunk) : undefined
    if (line === undefined) return write(chunk, ...rest)
    onLine(line)
    return true
  }) as typeof process.stdout.write
  return () => {
    process.stdout.write = write
  }
}

const parse = (chunk: string): LogLine | undefined => {
  try {
    const { level, text, ...fields } = JSON.parse(chunk) as { level: string; text: string }
    return { level, text, fields }
  } catch {
    return undefined
  }
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** A log line for people: the sandbox's time, what it is about, what happened. */
export const sayLine = (at: Instant, { level, text, fields }: LogLine): string => {
  const time = `${DAYS[new Date(at).getUTCDay()]} ${iso(at).slice(11, 19)}Z`
  const subject = String(fields['environment'] ?? fields['cluster'] ?? '')
  return `${time}  ${level === 'WARN' ? '! ' : ''}${subject.padEnd(22)} ${text}`
}
