import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { USAGE_HABITS } from './usage.ts'

const pool = z.strictObject({
  /** Whose it is: NodePools of Karpenter are manifests, not pools. */
  kind: z.enum(['node-group', 'auto-scaling-group']).default('node-group'),
  instanceType: z.string(),
  zones: z.array(z.string()).min(1),
  min: z.int().min(0),
  desired: z.int().min(0),
  max: z.int().min(1),
  labels: z.record(z.string(), z.string()).default({}),
  /** Of an Auto Scaling group: EKS tags those of its node groups by itself. */
  tags: z.record(z.string(), z.string()).optional(),
  taints: z.array(z.strictObject({ key: z.string(), value: z.string().default(''), effect: z.enum(['NO_SCHEDULE', 'PREFER_NO_SCHEDULE', 'NO_EXECUTE']) })).default([]),
})

const namespace = z.strictObject({
  /** Files of ordinary Kubernetes manifests; what names no namespace goes into this one. */
  manifests: z.array(z.string()).min(1),
  /** Replicas by the name of a Deployment or StatefulSet, over what the manifest says. */
  replicas: z.record(z.string(), z.int().min(0)).default({}),
  labels: z.record(z.string(), z.string()).default({}),
})

const cluster = z.strictObject({
  /** Kubernetes version, which decides whether EKS charges for extended support. */
  version: z.string().default('1.34'),
  /** How workloads, by `namespace/name`, use what they request; those not named by chance. */
  usage: z.record(z.string(), z.enum(USAGE_HABITS)).default({}),
  pools: z.record(z.string(), pool),
  manifests: z.array(z.string()).default([]),
  namespaces: z.record(z.string(), namespace),
})

const visitors = z.strictObject({
  host: z.string(),
  /** `timestamp,value` a line; the timestamps are moved by whole weeks, so that a Monday stays a Monday. */
  csv: z.string(),
  /** Somebody comes where the value is above this. */
  above: z.number().default(0),
  path: z.string().default('/'),
})

const fleetPlan = z.strictObject({
  /** When the sandbox's own time begins. */
  start: z.iso.datetime({ offset: true }),
  intent: z.string(),
  clusters: z.record(z.string(), cluster),
  /** The Service behind each host: `cluster/namespace/name`. */
  hosts: z.record(z.string(), z.string()).default({}),
  visitors: z.array(visitors).default([]),
})

/** What the sandbox is filled with. Paths are absolute. */
export type FleetPlan = z.output<typeof fleetPlan>
export type ClusterPlan = FleetPlan['clusters'][string]

/** Reads a fleet file. Throws with every mistake in it; paths in it are relative to the file. */
export const readFleetPlan = (file: string): FleetPlan => {
  const result = fleetPlan.safeParse(parse(readFileSync(file, 'utf8')))
  if (!result.success) {
    const mistakes = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new Error(`the fleet file ${file} cannot be used:\n${mistakes.join('\n')}\nexpected the shape of lib/sandbox/example/fleet.yaml`)
  }
  const at = (path: string): string => resolve(dirname(file), path)
  const plan = result.data
  return {
    ...plan,
    intent: at(plan.intent),
    visitors: plan.visitors.map((group) => ({ ...group, csv: at(group.csv) })),
    clusters: mapValues(plan.clusters, (one) => ({
      ...one,
      manifests: one.manifests.map(at),
      namespaces: mapValues(one.namespaces, (space) => ({ ...space, manifests: space.manifests.map(at) })),
    })),
  }
}

/** Cluster and `namespace/name` of a Service written `cluster/namespace/name`. */
export const backendOf = (service: string): readonly [cluster: string, service: string] => {
  const [name = '', ...rest] = service.split('/')
  return [name, rest.join('/')]
}

const mapValues = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
