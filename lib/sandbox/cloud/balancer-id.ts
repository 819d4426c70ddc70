import { createHash } from 'node:crypto'

/** The sixteen digits that end the names of Elastic Load Balancing's things; of one text the same. */
export const elbDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** The name and id of the balancer of an account and region, as in its ARN and in CloudWatch's dimension LoadBalancer. */
export const balancerId = (account: string, region: string): string => `app/catnap-public/${elbDigest(`balancer\0${account}/${region}`)}`
