/** Messages of the API server and of AWS run to pages; what matters stands at their start. */
const LONGEST_MESSAGE = 300

/** A message on one line, its end left out where it is long. */
export const brief = (message: string): string => {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line
}
