import type { ALBEvent, ALBResult, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Reply, Visit } from '../../domain/visit.ts'
import type { WakeEvent } from './read-visit.ts'

/** What the fronts take. */
export type WakeResponse = APIGatewayProxyStructuredResultV2 | ALBResult

/**
 * The reply in the form of the front that asked. A target group with multi-value headers takes its answers in no other
 * form; `HEAD` gets the headers alone.
 */
export const toResponse = (event: WakeEvent, { method }: Pick<Visit, 'method'>, { status, headers, body }: Reply): WakeResponse => ({
  statusCode: status,
  ...(hasManyValues(event)
    ? { multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) }
    : { headers }),
  body: method === 'HEAD' ? '' : body,
  isBase64Encoded: false,
})

const hasManyValues = (event: WakeEvent): boolean => (event as Partial<Pick<ALBEvent, 'multiValueHeaders'>> | undefined)?.multiValueHeaders !== undefined
