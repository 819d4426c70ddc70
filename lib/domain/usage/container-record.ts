import type { Container } from '../advice/container.ts'
import type { ContainerUsage } from './container-usage.ts'

/**
 * What is kept of one container of a workload: what its spec says and what it was seen to use. Of its command and its
 * variables only what sizes a JVM's heap is kept, because the rest may hold secrets.
 */
export interface ContainerRecord extends Omit<Container, 'words' | 'env' | 'usage'> {
  /** `cluster/name` of the environment. */
  readonly environment: string
  /** The flags of a JVM that say how large its heap may grow, such as `-Xmx512m`. */
  readonly heapFlags: readonly string[]
  /** Pods it has while awake. */
  readonly replicas: number
  /** The type of the nodes its pods were last seen on. */
  readonly instanceType?: string
  readonly usage?: ContainerUsage
}
