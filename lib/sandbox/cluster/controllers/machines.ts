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

/** Why EC2 starts no instance, as it answers. */
export interface RefusedMachine {
  readonly code: string
  readonly message: string
}

/** What Karpenter asks of EC2. */
export interface Machines {
  /** Starts an instance and answers its id, or what EC2 refuses it with. */
  launch(wanted: WantedMachine): string | RefusedMachine
  end(instanceId: string): void
  /** What a node of a type offers to pods; undefined: there is no such type. */
  offer(instanceType: string): { readonly cpuMilli: number; readonly memoryMiB: number; readonly pods: number } | undefined
}

/** Who manages a NodePool's instances: EKS Auto Mode has node classes of its own. */
export const AUTO_MODE_GROUP = 'eks.amazonaws.com'
