import { AwsError } from './aws-error.ts'
import type { Fleet } from './fleet.ts'
import { Form } from './form.ts'
import type { Service } from './service.ts'
import { queryAnswer, queryRefusal } from './wire.ts'

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** AWS STS (awsQuery, 2011-06-15): who is asking. A key is known by the access entries of the clusters. */
export const stsService = (fleet: Fleet): Service => ({
  action: ({ body }) => (Form.parse(body).text('Action') === 'GetCallerIdentity' ? 'GetCallerIdentity' : undefined),
  handle: (action, { accessKeyId, requestId }) => {
    const entry = [...fleet.clusters.values()]
      .flatMap(({ cluster }) => cluster.accessEntries)
      .find((candidate) => candidate.accessKeyId === accessKeyId)
    if (entry === undefined) {
      throw new AwsError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')
    }
    const identity = { Arn: entry.principalArn, UserId: accessKeyId, Account: entry.principalArn.split(':')[4] }
    return queryAnswer(namespace, action, identity, requestId)
  },
  refuse: (error, requestId) => queryRefusal(namespace, error, requestId),
})
