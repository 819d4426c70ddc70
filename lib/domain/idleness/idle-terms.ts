/** A PromQL query and where it is asked. */
export interface PrometheusTerms {
  readonly query: string
  /** Its value is below this while nobody is there. */
  readonly below: number
  /** The address of a Prometheus, without `/api/v1`. Either this or a workspace. */
  readonly url?: string
  /** The SSM parameter with the bearer token for `url`. */
  readonly tokenParameter?: string
  /** The ARN of a workspace of Amazon Managed Prometheus, or its id alone: then in the region of the cluster. */
  readonly workspace?: string
}

/** What the intent says of idleness. Of requests, CPU, network and Prometheus those that are named count, and at least one is. */
export interface IdleTerms {
  readonly afterSeconds: number
  /** Requests a minute over all target groups. */
  readonly belowPerMinute?: number
  /** Thousandths of a core over all pods. */
  readonly cpuBelowMilli?: number
  /** Bytes a second, received and sent, over all pods. */
  readonly networkBelowBytesPerSecond?: number
  readonly prometheus?: PrometheusTerms
  /** A Job that runs does not keep it awake. */
  readonly jobs?: false
  /** Nor does a deployment within `afterSeconds`. */
  readonly deployments?: false
}
