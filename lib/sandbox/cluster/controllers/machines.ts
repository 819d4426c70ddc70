import type { Taint } from '../resources.ts'

/** An instance Karpenter wants, and the node that is to come of it. */
interface WantedMachine {
  readonly pool: string
  readonly instanceType: string
  readonly zone: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  /** Of EKS Auto Mode. */
  readonly isAutoMode: boolean
  readonly claim: string
}

/** What Karpenter asks of EC2. */
export interface Machines {
  /** Starts an instance and answers its id. */
  launch(wanted: WantedMachine): string
  end(instanceId: string): void
  /** What a node of a type offers to pods; undefined: there is no such type. */
  offer(instanceType: string): { readonly cpuMilli: number; readonly memoryMiB: number; readonly pods: number } | undefined
}

/** Who manages a NodePool's instances: EKS Auto Mode has node classes of its own. */
export const AUTO_MODE_GROUP = 'eks.amazonaws.com'
