import { type EC2Client, type Instance as Ec2Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Instant } from '../../domain/time.ts'
import type { Instance } from '../../ports.ts'

/** Instances a page; the most there are. */
const INSTANCES_A_PAGE = 1000

/** EKS tags the instances of its node groups with these, those that end among them while they have tags. */
const CLUSTER_TAG = 'eks:cluster-name'
const NODEGROUP_TAG = 'eks:nodegroup-name'

/** The instances of a cluster's managed node groups that EC2 knows by their tags. */
export const nodegroupInstances = async (ec2: EC2Client, clusterName: string): Promise<readonly Instance[]> => {
  const Filters = [{ Name: `tag:${CLUSTER_TAG}`, Values: [clusterName] }, { Name: 'tag-key', Values: [NODEGROUP_TAG] }]
  const found: Instance[] = []
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: INSTANCES_A_PAGE }, { Filters })) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances).flatMap((one) => toInstance(one) ?? []))
  }
  return found
}

/** One that lacks what tells its cost apart is not passed on half known; EC2 answers none such of a node group. */
const toInstance = ({ InstanceId, InstanceType, InstanceLifecycle, LaunchTime, Placement, State, Tags = [] }: Ec2Instance): Instance | undefined => {
  const pool = Tags.find(({ Key }) => Key === NODEGROUP_TAG)?.Value
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
