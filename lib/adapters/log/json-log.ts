import type { Log } from '../../ports.ts'

/** One JSON object a line, as CloudWatch Logs reads them. */
export const jsonLog = (write: (line: string) => void): Log => ({
  info: (text, fields) => write(JSON.stringify({ level: 'INFO', text, ...fields })),
  warn: (text, fields) => write(JSON.stringify({ level: 'WARN', text, ...fields })),
})
