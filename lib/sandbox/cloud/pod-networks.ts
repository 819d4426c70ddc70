import { type Instant, later } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'

/** Where the agent of Container Insights publishes. */
export const insightsNamespace = 'ContainerInsights'

/** What the pods of a namespace have of network at a time, all together, in bytes a second. */
export interface PodNetwork {
  /** How many of them an agent measures. */
  readonly pods: number
  readonly receivedPerSecond: number
  readonly sentPerSecond: number
}

/** What CloudWatch has of a metric in a minute: a sample for each pod. */
export interface PodSamples {
  readonly minute: number
  readonly count: number
  readonly sum: number
  readonly lowest: number
  readonly highest: number
}

const fields: Readonly<Record<string, 'receivedPerSecond' | 'sentPerSecond'>> = { pod_network_rx_bytes: 'receivedPerSecond', pod_network_tx_bytes: 'sentPerSecond' }

/** The network of pods as Container Insights publishes it, by the names EKS has for clusters. A cluster of which nothing is held has no agent. */
export class PodNetworks {
  readonly #timeline: Timeline
  readonly #stays = new Map<string, (PodNetwork & { readonly from: Instant })[]>()

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** From now on a namespace has this; no pods: nothing is published. */
  hold(cluster: string, namespace: string, network: PodNetwork): void {
    const key = `${cluster}/${namespace}`
    this.#stays.set(key, [...(this.#stays.get(key) ?? []), { from: this.#timeline.now(), ...network }])
  }

  /** The samples of a metric in these minutes since 1970, by its dimensions; like AWS, none and no error where nothing has them. */
  samples(metric: string, dimensions: ReadonlyMap<string, string>, minutes: readonly number[]): readonly PodSamples[] {
    const field = fields[metric]
    const stays = dimensions.size === 2 ? this.#stays.get(`${dimensions.get('ClusterName')}/${dimensions.get('Namespace')}`) : undefined
    if (field === undefined || stays === undefined) return []
    return minutes.flatMap((minute) => {
      const held = stays.findLast(({ from }) => from <= later(0 as Instant, (minute + 1) * 60 - 1))
      if (held === undefined || held.pods === 0) return []
      const each = held[field] / held.pods
      return { minute, count: held.pods, sum: held[field], lowest: each, highest: each }
    })
  }
}
