import type { Notice } from '../../domain/notice.ts'
import { signedHeaders } from '../aws/signed-headers.ts'
import { type OutboundAnswer, sendOut } from '../outbound/send-out.ts'

/** SNS takes no longer subject, and nothing but printable ASCII in it. */
const SUBJECT_CHARACTERS = 100

/**
 * Publishes notices to SNS topics, signed here: the SDK's client would be one more in a worker's bundle for one call.
 * Sent once: what SNS took before the connection broke would come twice. Throws an Error that says what was answered.
 */
export const snsTopics = (): ((topicArn: string, notice: Notice) => Promise<void>) => {
  const sign = signedHeaders('sns:Publish')
  const publish = async (topicArn: string, fields: Readonly<Record<string, string>>): Promise<OutboundAnswer> => {
    const [, partition = 'aws', , region = ''] = topicArn.split(':')
    const url = new URL(`https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/`)
    const { AWS_ENDPOINT_URL_SNS: own, AWS_ENDPOINT_URL: all } = process.env
    const endpoint = own ?? all
    const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, ...fields }).toString()
    return sendOut({ url, method: 'POST', body, endpoint, headers: await sign(region, endpoint === undefined ? url : new URL('/', endpoint), body) })
  }
  return async (topicArn, { subject, text, link }) => {
    const Subject = subject.replaceAll(/[^ -~]/g, '?').slice(0, SUBJECT_CHARACTERS)
    const Message = link === undefined ? text : `${text}\n\n${link.says}: ${link.url}`
    const answer = await publish(topicArn, { Subject, Message })
    if (answer.status !== 200) throw new Error(`topic ${topicArn.split(':').at(-1)}: SNS answered ${answer.status}${sayCode(answer.text)}, expected 200`)
  }
}

/** An error of SNS comes as XML. */
const sayCode = (xml: string): string => {
  const [, code] = /<Code>([^<]{1,100})<\/Code>/.exec(xml) ?? []
  const [, message] = /<Message>([^<]{1,300})<\/Message>/.exec(xml) ?? []
  return code === undefined ? '' : ` ${code}: ${message ?? ''}`
}
