import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import type { InstanceState } from '../../ports.ts'

/** Ids asked for in one call. */
const AT_ONCE = 100

/** What EC2 says of these instances; of one it has forgotten, `gone`. */
export const instanceStates = async (ec2: EC2Client, instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceState>> => {
  const found = new Map<string, InstanceState>(instanceIds.map((id) => [id, 'gone']))
  for (let from = 0; from < instanceIds.length; from += AT_ONCE) {
    // A filter, not the ids: one id that EC2 has forgotten would fail the whole call.
    const Filters = [{ Name: 'instance-id', Values: instanceIds.slice(from, from + AT_ONCE) }]
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }))
    for (const { InstanceId, State } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (InstanceId !== undefined && State?.Name !== undefined) found.set(InstanceId, State.Name)
    }
  }
  return found
}
