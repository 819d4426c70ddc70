/** A list price: an assumption of the bench, not a measurement. */
interface ListPrice {
  readonly usd: number
  readonly per: number
  readonly unit: string
}

/** AWS list prices of us-east-1 as of 2026, in USD, first tier, without any free tier. */
export const LIST_PRICES = {
  lambdaTime: { usd: 13.3334, per: 1_000_000, unit: 'GB-seconds of arm64' },
  lambdaRequests: { usd: 0.2, per: 1_000_000, unit: 'requests' },
  tableReads: { usd: 0.125, per: 1_000_000, unit: 'read units on demand' },
  tableWrites: { usd: 0.625, per: 1_000_000, unit: 'write units on demand' },
  tableStorage: { usd: 0.25, per: 1, unit: 'GB-month' },
  tableRecovery: { usd: 0.2, per: 1, unit: 'GB-month of point-in-time recovery' },
  queueRequests: { usd: 0.4, per: 1_000_000, unit: 'requests to standard queues' },
  schedule: { usd: 1, per: 1_000_000, unit: 'invocations by EventBridge Scheduler' },
  logIngestion: { usd: 0.5, per: 1, unit: 'GB of log taken in' },
  logStorage: { usd: 0.03, per: 1, unit: 'GB-month of log' },
  alarms: { usd: 0.1, per: 1, unit: 'metric in an alarm' },
  cloudWatchMetrics: { usd: 0.01, per: 1000, unit: 'metrics asked for' },
  clusterCalls: { usd: 0, per: 1_000_000, unit: 'calls to EKS, Auto Scaling, EC2 and Kubernetes' },
} as const satisfies Readonly<Record<string, ListPrice>>
