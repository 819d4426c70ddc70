import type { AwsError } from './aws-error.ts'
import type { Answer } from './service.ts'
import { type Xml, xml } from './xml.ts'

const fault = (error: AwsError): 'Sender' | 'Receiver' => (error.status < 500 ? 'Sender' : 'Receiver')

const jsonHeaders = (contentType: string, requestId: string): Answer['headers'] => ({
  'content-type': contentType,
  'x-amzn-requestid': requestId,
})

/** A result in restJson1 (EKS). */
export const restJsonAnswer = (result: object, requestId: string): Answer => ({
  status: 200,
  headers: jsonHeaders('application/json', requestId),
  body: JSON.stringify(result),
})

/** A refusal in restJson1: the code in a header, the message in the body. */
export const restJsonRefusal = (error: AwsError, requestId: string): Answer => ({
  status: error.status,
  headers: { ...jsonHeaders('application/json', requestId), 'x-amzn-errortype': error.code },
  body: JSON.stringify({ message: error.message }),
})

/** The two versions of awsJson: 1.0 (SQS, CloudWatch) and 1.1 (Cost Explorer, Price List). */
type JsonVersion = '1.0' | '1.1'

/** A result in awsJson. */
export const awsJsonAnswer = (result: object, requestId: string, version: JsonVersion = '1.0'): Answer => ({
  status: 200,
  headers: jsonHeaders(`application/x-amz-json-${version}`, requestId),
  body: JSON.stringify(result),
})

/** What a service that spoke the query protocol before says of it: the code it had there. */
interface JsonRefusal {
  readonly namespace: string
  readonly version?: JsonVersion
  readonly queryCode?: string
}

/** A refusal in awsJson, of an error in the service's namespace, as in `com.amazonaws.sqs`. */
export const awsJsonRefusal = (
  error: AwsError, requestId: string, { namespace, version = '1.0', queryCode }: JsonRefusal,
): Answer => ({
  status: error.status,
  headers: {
    ...jsonHeaders(`application/x-amz-json-${version}`, requestId),
    ...(queryCode === undefined ? {} : { 'x-amzn-query-error': `${queryCode};${fault(error)}` }),
  },
  body: JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message }),
})

const xmlHeaders = (requestId: string): Answer['headers'] => ({
  'content-type': 'text/xml',
  'x-amzn-requestid': requestId,
})

/** A result in awsQuery (Auto Scaling, STS). */
export const queryAnswer = (namespace: string, action: string, result: Xml, requestId: string): Answer => ({
  status: 200,
  headers: xmlHeaders(requestId),
  body:
    `<${action}Response xmlns="${namespace}"><${action}Result>${xml(result, 'member')}</${action}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
})

/** A refusal in awsQuery. */
export const queryRefusal = (namespace: string, error: AwsError, requestId: string): Answer => ({
  status: error.status,
  headers: xmlHeaders(requestId),
  body:
    `<ErrorResponse xmlns="${namespace}"><Error>` +
    xml({ Type: fault(error), Code: error.code, Message: error.message }, 'member') +
    `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
})

/** A result in ec2Query. */
export const ec2Answer = (action: string, result: { readonly [name: string]: Xml }, requestId: string): Answer => ({
  status: 200,
  headers: xmlHeaders(requestId),
  body:
    `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
    `${xml({ requestId, ...result }, 'item')}</${action}Response>`,
})

/** A refusal in ec2Query. */
export const ec2Refusal = (error: AwsError, requestId: string): Answer => ({
  status: error.status,
  headers: xmlHeaders(requestId),
  body:
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response>' +
    xml({ Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: requestId }, 'item') +
    '</Response>',
})
