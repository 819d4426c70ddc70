import { expect } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { later } from '../../lib/domain/time.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'
import { requestWake } from '../../lib/use-cases/request-wake.ts'
import { BATCH_NODE_POOL } from './batch-node-pool.ts'
import { type FleetRun, startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:45:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [system.yaml]
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 2, desired: 3, max: 6 }
    namespaces:
      shop: { manifests: [shop.yaml] }
      etl: { manifests: [etl.yaml] }
`

const deployment = (namespace: string, name: string, { replicas, cpu, labels = `{ app: ${name} }`, more = '' }: { readonly replicas: number; readonly cpu: string; readonly labels?: string; readonly more?: string }): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels} }
    spec:
      containers: [{ name: main, image: ${name}, resources: { requests: { cpu: ${cpu}, memory: 128Mi } } }]
${more}`

/** Karpenter stays off the nodes it starts, as its chart says. */
const KARPENTER = deployment('karpenter', 'karpenter', { replicas: 2, cpu: '100m', labels: "{ app.kubernetes.io/name: karpenter }", more: "      nodeSelector: { eks.amazonaws.com/nodegroup: workers }\n" })

/** As its own manifests have it. */
const AUTOSCALER = deployment('kube-system', 'cluster-autoscaler', { replicas: 1, cpu: '100m' })

const COREDNS = `${deployment('kube-system', 'coredns', { replicas: 2, cpu: '100m' })}---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: coredns, namespace: kube-system }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: coredns } } }
`

/** As its chart has it: one at a time. */
const KARPENTER_BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: karpenter, namespace: karpenter }
spec: { maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/name: karpenter } } }
`

/** Of nobody's environment: it leaves its nodes with everything else, and waits. */
const MONITORING = deployment('monitoring', 'scraper', { replicas: 4, cpu: '20m' })

const METRICS = deployment('kube-system', 'metrics-server', { replicas: 1, cpu: '100m' })

const named = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`

const ON_BATCH = '      nodeSelector: { workload: batch }\n'

const HOURS = 'Mon-Fri 08:00-19:00'

/** What a fleet that sleeps as a whole is made of. */
export interface WholeFleet {
  /** With a NodePool, and Karpenter on the nodes of the group. */
  readonly karpenter?: boolean
  /** With Cluster Autoscaler on the nodes of the group. */
  readonly autoscaler?: boolean
  /** Objects beside, as YAML. */
  readonly also?: readonly string[]
  readonly faults?: SandboxFaults
}

/** A cluster that may sleep to no node at all; its environments do from 19:00 on, 15 minutes after the start. */
export const startWholeFleet = async ({ karpenter = false, autoscaler = false, also = [], faults }: WholeFleet = {}): Promise<FleetRun> => {
  const system = [
    COREDNS, METRICS,
    ...(karpenter ? [named('karpenter'), KARPENTER, KARPENTER_BUDGET, BATCH_NODE_POOL] : []),
    ...(autoscaler ? [AUTOSCALER] : []),
    ...(karpenter || autoscaler ? [named('monitoring'), MONITORING] : []),
    ...also,
  ]
  const files = {
    'fleet.yaml': FLEET, 'system.yaml': system.join('---\n'), 'shop.yaml': deployment('shop', 'web', { replicas: 3, cpu: '700m' }),
    'etl.yaml': deployment('etl', 'web', { replicas: 2, cpu: '700m', more: karpenter ? ON_BATCH : '' }),
  }
  const intent = intentSchema.parse({
    mode: 'act', timezone: 'UTC',
    clusters: {
      'us-dev': {
        arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: true, system: karpenter ? ['karpenter'] : [],
        pools: { workers: { keep: 0 }, ...(karpenter ? { batch: { keep: 0 } } : {}) },
      },
    },
    environments: Object.fromEntries(['shop', 'etl'].map((name) => [`us-dev/${name}`, { namespaces: [name], hours: HOURS }])),
  })
  return startWrittenFleet(files, intent, faults)
}

/** The cluster as a whole, as the table has it. */
export const whole = async ({ operator }: Run): Promise<Environment | undefined> => (await operator?.registry.inCluster('us-dev'))?.system

/** The steps Catnap took on the cluster, its environments and its pools, in order. */
export const steps = async ({ operator }: Run): Promise<readonly string[]> => {
  const subjects = ['us-dev', 'us-dev/shop', 'us-dev/etl', 'us-dev/pool/workers', 'us-dev/pool/batch']
  const entries = (await Promise.all(subjects.map(async (subject) => (await operator?.registry.history(subject)) ?? []))).flat()
  return entries.toSorted((a, b) => a.at - b.at).flatMap(({ steps: taken = [] }) => taken)
}

/** Where the first step of this pattern stands; there is one. */
export const indexOf = (taken: readonly string[], pattern: RegExp, from = 0): number => {
  const found = taken.findIndex((step, index) => index >= from && pattern.test(step))
  expect(found, `${pattern} in\n${taken.join('\n')}`).toBeGreaterThanOrEqual(0)
  return found
}

const deployments = ({ sandbox }: Run): readonly KubernetesObject[] => sandbox.clusters.get('us-dev')?.list('apps/v1', 'Deployment') ?? []

/** What the Deployments of a namespace are to have, by name. */
export const replicasIn = (run: Run, namespace: string): Readonly<Record<string, number>> =>
  Object.fromEntries(deployments(run).flatMap(({ metadata, spec }) => (metadata.namespace === namespace ? [[metadata.name, (spec as { readonly replicas: number }).replicas] as const] : [])))

/** A person's `kubectl scale`. */
export const scale = (run: Run, namespace: string, name: string, replicas: number): void => {
  const found = deployments(run).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  if (found === undefined) throw new Error(`no Deployment ${namespace}/${name}`)
  run.sandbox.clusters.get('us-dev')?.apply([{ ...found, spec: { ...(found.spec as object), replicas } }])
}

/** A person's `catnap wake`. */
export const wake = async ({ sandbox: { timeline }, operator }: Run, id: string): Promise<void> => {
  if (operator === undefined) throw new Error('nobody is there to wake anything')
  const outside = { clock: { now: () => timeline.now() }, memory: operator.registry, mailbox: operator.mailbox, log: { info: () => {}, warn: () => {} } }
  await requestWake(outside, id, { by: 'the test', staySeconds: 12 * 3600 })
}

/** Lets time pass. */
export const pass = ({ sandbox: { timeline } }: Run, minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
