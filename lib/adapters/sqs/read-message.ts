import type { Message } from '../../ports.ts'

/** Reads the body of a message of one kind. Throws on anything else: such a message ends in the dead-letter queue. */
export const readMessage = <Kind extends Message['kind']>(body: string, kind: Kind): Extract<Message, { kind: Kind }> => {
  const message = parse(body)
  const subject = kind === 'environment' ? message['id'] : message['cluster']
  if (message['kind'] !== kind || typeof subject !== 'string') {
    throw new TypeError(`not a message for this queue: found ${body.slice(0, 200)}, expected kind "${kind}"; look for its sender`)
  }
  return message as unknown as Extract<Message, { kind: Kind }>
}

const parse = (body: string): Record<string, unknown> => {
  try {
    const message: unknown = JSON.parse(body)
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
