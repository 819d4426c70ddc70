import type { Machines } from '../../../lib/sandbox/cluster/controllers/machines.ts'
import { parseQuantity } from '../../../lib/sandbox/cluster/quantity.ts'
import type { Node, NodeClaim, NodePool } from '../../../lib/sandbox/cluster/resources.ts'
import { FINALIZER, isOf, type KarpenterHands, type KarpenterLook, mergeInto, nodeOf, POOL_LABEL, TYPE_LABEL } from './karpenter-objects.ts'
import { isHopeless, nodePlaces, type NodePlace, seat, takes } from './node-places.ts'

/** A node that is to be started, with the pods that get it already seated. */
interface FreshPlace {
  readonly pool: NodePool
  readonly place: NodePlace
}

const ZONE = 'topology.kubernetes.io/zone'
const MIB = 1024 * 1024

/** What the DaemonSets of the proofs ask for. */
const DAEMONS_MILLI = 50

let serial = 0

/**
 * Karpenter's provisioner: nodes for the pods the scheduler found no place for and that fit on none that is there or on its
 * way, each of the first type and the emptiest zone that may take the pod, within the limits of its NodePool.
 *
 * @returns answers whether it started any
 */
export const karpenterProvisioner = ({ admin, machines }: Pick<KarpenterHands, 'admin' | 'machines'>): ((look: KarpenterLook) => Promise<boolean>) => {
  const launch = async ({ pool, place: { node } }: FreshPlace): Promise<void> => {
    const { metadata: { name: poolName, uid = '' }, spec: { template } } = pool
    const [labels, name] = [node.metadata.labels ?? {}, `${poolName}-${(serial += 1).toString(36).padStart(5, '0')}`]
    const zone = labels[ZONE] ?? ''
    await admin.create({
      apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim',
      metadata: { name, labels, finalizers: [FINALIZER], ownerReferences: [{ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: poolName, uid, blockOwnerDeletion: true }] },
      spec: template.spec,
    })
    const id = machines.launch({ pool: poolName, instanceType: typeOf(node), zone, labels, taints: template.spec.taints ?? [], isAutoMode: template.spec.nodeClassRef?.group === 'eks.amazonaws.com', claim: name })
    const conditions = [{ type: 'Launched', status: 'True', lastTransitionTime: new Date().toISOString() }]
    await mergeInto(admin, 'NodeClaim', name, { status: { providerID: `aws:///${zone}/${id}`, conditions } }, '/status')
  }
  return async (look) => {
    const fresh = freshFor(look, machines)
    for (const each of fresh) await launch(each)
    return fresh.length > 0
  }
}

/** The nodes to be started. */
const freshFor = (look: KarpenterLook, machines: Machines): readonly FreshPlace[] => {
  const places: NodePlace[] = [...nodePlaces(look.nodes, look.pods), ...look.claims.flatMap((claim) => onItsWay(claim, look, machines))]
  const fresh: FreshPlace[] = []
  for (const pod of look.pods.filter((each) => isHopeless(each))) {
    const there = places.find((place) => takes(place, pod))
    const found = there === undefined
      ? look.pools.flatMap((pool) => freshPlaces(pool, look, machines, fresh)).find(({ pool, place }) => takes(place, pod) && isWithin(pool, place, machines, look, fresh))
      : undefined
    const place = there ?? found?.place
    if (place === undefined) continue
    seat(place, pod)
    if (found === undefined) continue
    places.push(found.place)
    fresh.push(found)
  }
  return fresh
}

/** The room of a claim whose node has not come. */
const onItsWay = (claim: NodeClaim, { nodes }: KarpenterLook, machines: Machines): readonly NodePlace[] =>
  (claim.metadata.deletionTimestamp !== undefined || nodeOf(claim, nodes) !== undefined ? [] : placeOf(claim.metadata.name, claim.metadata.labels ?? {}, claim.spec, machines))

/** A node of each type and zone; the zone with the fewest nodes first. */
const freshPlaces = (pool: NodePool, { claims }: KarpenterLook, machines: Machines, fresh: readonly FreshPlace[]): readonly FreshPlace[] => {
  const { metadata: { name }, spec: { template } } = pool
  const labelled = [...claims.filter(isOf(pool)), ...fresh.filter((each) => each.pool === pool).map(({ place }) => place.node)]
  const inZone = (zone: string): number => labelled.filter(({ metadata }) => metadata.labels?.[ZONE] === zone).length
  const zones = valuesOf(pool, ZONE).toSorted((a, b) => inZone(a) - inZone(b))
  return valuesOf(pool, TYPE_LABEL).flatMap((type) => zones.flatMap((zone) => {
    const labels = { ...template.metadata?.labels, [POOL_LABEL]: name, 'karpenter.sh/capacity-type': 'on-demand', [TYPE_LABEL]: type, [ZONE]: zone }
    return placeOf('fresh', labels, template.spec, machines).map((place) => ({ pool, place }))
  }))
}

const placeOf = (name: string, labels: Readonly<Record<string, string>>, { taints = [] }: NodeClaim['spec'], machines: Machines): readonly NodePlace[] => {
  const offer = machines.offer(labels[TYPE_LABEL] ?? '')
  if (offer === undefined) return []
  const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints } }
  return [{ node, cpuMilli: offer.cpuMilli - DAEMONS_MILLI, memoryBytes: offer.memoryMiB * MIB, pods: offer.pods - 1 }]
}

/** Whether a NodePool's limits have room for one more node. */
const isWithin = (pool: NodePool, { node }: NodePlace, machines: Machines, { claims }: KarpenterLook, fresh: readonly FreshPlace[]): boolean => {
  const nodes = [...claims.filter(isOf(pool)), ...fresh.filter((each) => each.pool === pool).map(({ place }) => place.node), node]
  const offers = nodes.flatMap((each) => machines.offer(typeOf(each)) ?? [])
  const used = { cpu: offers.reduce((sum, { cpuMilli }) => sum + cpuMilli / 1000, 0), memory: offers.reduce((sum, { memoryMiB }) => sum + memoryMiB * MIB, 0), nodes: nodes.length }
  return Object.entries(used).every(([resource, amount]) => amount <= (parseQuantity(pool.spec.limits?.[resource] ?? Infinity) ?? Infinity))
}

const typeOf = ({ metadata }: Pick<Node, 'metadata'>): string => metadata.labels?.[TYPE_LABEL] ?? ''

/** The values a NodePool allows for a label. */
const valuesOf = ({ spec }: NodePool, key: string): readonly string[] =>
  spec.template.spec.requirements?.find((requirement) => requirement.key === key && requirement.operator === 'In')?.values ?? []
