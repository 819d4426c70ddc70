import type { JoiningNode } from '../../lib/sandbox/cluster/nodes.ts'
import type { Instant } from '../../lib/domain/time.ts'

/** A cluster the contract is held against: a simulated one or a real control plane. All else is asked of its API. */
export interface ClusterUnderTest {
  readonly url: string
  /** PEM; undefined where it speaks plain HTTP. */
  readonly certificateAuthority?: string
  /** Bearer tokens: of an administrator, of a member of the group `catnap`, and of one of `guests`, who has no right. */
  readonly tokens: { readonly admin: string; readonly catnap: string; readonly guest: string }
  /** The cluster's time. */
  now(): Instant
  /** Lets time pass until it holds. Throws an Error that says what does not. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>
  /** Lets so much time pass. */
  pass(seconds: number): Promise<void>
  /** A machine's kubelet comes up. */
  joinNode(node: JoiningNode): Promise<void>
  /** Makes the continue tokens of all lists begun so far expire, soon. */
  expireLists(): Promise<void>
}
