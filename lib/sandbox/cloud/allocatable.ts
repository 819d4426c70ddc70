/** What pods can have of a node. */
export interface Allocatable {
  readonly cpuMilli: number
  readonly memoryMiB: number
  readonly pods: number
}

/** Network interfaces and addresses per interface, by size, of the current general, compute and memory families. */
const interfaces: Readonly<Record<string, readonly [count: number, addresses: number]>> = {
  nano: [2, 2],
  micro: [2, 2],
  small: [3, 4],
  medium: [2, 4],
  large: [3, 10],
  xlarge: [4, 15],
  '2xlarge': [4, 15],
  '3xlarge': [8, 30],
  '4xlarge': [8, 30],
  '6xlarge': [8, 30],
  '8xlarge': [8, 30],
  '9xlarge': [8, 30],
  '12xlarge': [8, 30],
}
const burstableInterfaces: typeof interfaces = { medium: [3, 6], large: [3, 12] }
const largestInterfaces = [15, 50] as const

/** kubelet's `memory.available` eviction threshold on EKS nodes. */
const evictionThresholdMiB = 100

/**
 * Allocatable of an EKS node: capacity less kube-reserved and the eviction threshold. Memory: 255 MiB + 11 MiB per pod
 * the interfaces allow; CPU: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest
 * (amazon-eks-ami). Managed node groups hold pods to 110 below 30 vCPU and 250 from there on.
 */
export const allocatable = (instanceType: string, size: { vcpu: number; memoryMiB: number }): Allocatable => {
  const addressable = podsByInterfaces(instanceType)
  const reservedMiB = 255 + 11 * addressable + evictionThresholdMiB
  return {
    cpuMilli: Math.floor(size.vcpu * 1000 - reservedMilli(size.vcpu)),
    memoryMiB: Math.max(0, size.memoryMiB - reservedMiB),
    pods: Math.min(addressable, size.vcpu < 30 ? 110 : 250),
  }
}

/** The VPC CNI's rule: one address of each interface is the node's own; two pods use the host's network. */
const podsByInterfaces = (instanceType: string): number => {
  const [family = '', size = ''] = instanceType.split('.')
  const burstable = /^t\d/.test(family) ? burstableInterfaces[size] : undefined
  const [count, addresses] = burstable ?? interfaces[size] ?? largestInterfaces
  return count * (addresses - 1) + 2
}

const reservedMilli = (vcpu: number): number =>
  60 + (vcpu > 1 ? 10 : 0) + Math.min(Math.max(vcpu - 2, 0), 2) * 5 + Math.max(vcpu - 4, 0) * 2.5
