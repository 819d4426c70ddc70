import { capacityContract } from './capacity-contract.ts'
import { nodePoolWith } from './node-pool-objects.ts'
import { nodeGroupWorld, nodePoolWorld, scalingGroupWorld } from './simulated-pools.ts'

capacityContract('managed nodes', () => nodeGroupWorld())
capacityContract('an Auto Scaling group of one’s own', () => scalingGroupWorld())
capacityContract('Karpenter', () => nodePoolWorld())
capacityContract('Karpenter without limits', () => nodePoolWorld(() => nodePoolWith({ spec: { limits: undefined } })))
capacityContract('EKS Auto Mode', () => nodePoolWorld(() => nodePoolWith({ template: { nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' } } })))
