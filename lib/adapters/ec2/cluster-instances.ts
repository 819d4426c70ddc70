import { type EC2Client, type Instance as Ec2Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Instant } from '../../domain/time.ts'
import type { Instance } from '../../ports.ts'

/** Instances a page; the most there are. */
const INSTANCES_A_PAGE = 1000

/** The tags that name the pool of an instance: EKS, Karpenter, EKS Auto Mode and Auto Scaling put them there. The first that is there counts. */
const POOL_TAGS = ['eks:nodegroup-name', 'karpenter.sh/nodepool', 'eks:kubernetes-node-pool-name', 'aws:autoscaling:groupName']

/** The tag every instance must have to become a node of a cluster; those that end have it while they have tags. */
export const clusterTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`

/** The instances of a cluster's pools that EC2 knows by their tags. */
export const clusterInstances = async (ec2: EC2Client, clusterName: string): Promise<readonly Instance[]> => {
  const Filters = [{ Name: 'tag-key', Values: [clusterTag(clusterName)] }]
  const found: Instance[] = []
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: INSTANCES_A_PAGE }, { Filters })) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances).flatMap((one) => toInstance(one) ?? []))
  }
  return found
}

/** One that lacks what tells its cost apart is not passed on half known, nor one of no pool: a bastion with the cluster's tag. */
const toInstance = ({ InstanceId, InstanceType, InstanceLifecycle, LaunchTime, Placement, State, Tags = [] }: Ec2Instance): Instance | undefined => {
  const tags = new Map(Tags.map(({ Key, Value }) => [Key, Value]))
  const pool = POOL_TAGS.map((key) => tags.get(key)).find((value) => value !== undefined)
  const zone = Placement?.AvailabilityZone
  if (InstanceId === undefined || InstanceType === undefined || LaunchTime === undefined || State?.Name === undefined) return undefined
  if (pool === undefined || zone === undefined) return undefined
  return {
    instanceId: InstanceId,
    pool,
    instanceType: InstanceType,
    capacity: InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
    zone,
    // The clock of the bill starts with `running`, seconds later; EC2 tells only when it was launched.
    runningAt: LaunchTime.getTime() as Instant,
    state: State.Name,
  }
}
