import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, type CreateTargetGroupCommandInput, ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { balancerContract, type BalancerUnderTest } from '../contract/balancer-contract.ts'
import { startMoto } from './moto-server.ts'

/** An internal balancer in moto's default VPC, with a listener whose default is the wake function's target group. */
const motoBalancer = async (): Promise<BalancerUnderTest> => {
  const moto = await startMoto()
  const config = { region: 'us-east-1', endpoint: moto.url, credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' } }
  const [ec2, elb] = [new EC2Client(config), new ElasticLoadBalancingV2Client(config)]
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const group = async (input: CreateTargetGroupCommandInput): Promise<string> =>
    present((await elb.send(new CreateTargetGroupCommand(input))).TargetGroups?.[0]?.TargetGroupArn)

  const wakeTargetGroup = await group({ Name: 'catnap-wake', TargetType: 'lambda' })
  const ofPods = { Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId: present(Subnets[0]?.VpcId) } as const
  const targetGroups = [await group({ Name: 'shop-web', ...ofPods }), await group({ Name: 'shop-admin', ...ofPods })] as const
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'catnap-internal', Scheme: 'internal', Subnets: Subnets.slice(0, 2).map(({ SubnetId }) => present(SubnetId)) }))
  const { Listeners } = await elb.send(new CreateListenerCommand({
    LoadBalancerArn: present(LoadBalancers?.[0]?.LoadBalancerArn), Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: wakeTargetGroup }],
  }))
  return {
    url: moto.url,
    listener: present(Listeners?.[0]?.ListenerArn),
    wakeTargetGroup,
    targetGroups,
    close: async () => {
      ec2.destroy()
      elb.destroy()
      await moto.close()
    },
  }
}

const present = (value: string | undefined): string => {
  if (value === undefined) throw new Error('moto made nothing')
  return value
}

balancerContract(motoBalancer)
