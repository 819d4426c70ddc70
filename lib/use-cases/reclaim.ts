import { shapeOf } from '../domain/capacity.ts'
import type { Environment } from '../domain/environment.ts'
import { type Cluster, type Fleet, modeOf } from '../domain/fleet.ts'
import { isOfPool, poolsUsed } from '../domain/node.ts'
import { isHeldShut, type Pool, poolStanding, surplusNodes } from '../domain/pool.ts'
import { freesItself, nobodyAwake, planReclaim, type PoolView, SECOND_LOOK_SECONDS, strandedIn } from '../domain/reclaim.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { later } from '../domain/time.ts'
import type { ClusterAccess, PoolStatus } from '../ports.ts'
import { namespacesOf } from './namespaces-of.ts'
import { notePutBack } from './note-put-back.ts'
import { noteStanding } from './note-standing.ts'
import { poolView } from './pool-view.ts'
import { type JudgedCluster, surveyNodes } from './survey-nodes.ts'
import { takePoolSteps } from './take-pool-steps.ts'
import { CLAIM_SECONDS, RECHECK_SECONDS, type World } from './world.ts'

/** After a failure the cluster's nodes are looked at again after this. */
const RETRY_SECONDS = 5 * 60

/** Between two looks at what changes by itself. A pod that waits for a node of a pool that is shut must not wait for long; what Cluster Autoscaler took counts from the look that sees it. */
const WATCH_SECONDS = 5 * 60

/** One worker's turn at one pool. */
export interface PoolSlice {
  readonly world: World
  readonly access: ClusterAccess
  readonly pool: Pool
  readonly status: PoolStatus
  readonly owner: string
}

/** What the pools of one cluster have in common in one slice. */
interface ClusterView extends JudgedCluster {
  readonly acts: boolean
}

/**
 * Brings the nodes of one cluster one step nearer to what its environments ask: empty nodes go, what is on its way is
 * followed until EC2 says `terminated`, a pool that everybody needs gets back what it was.
 *
 * @param owner a name for this delivery, unlike that of any other worker
 */
export const reclaim = async (world: World, name: string, owner: string): Promise<void> => {
  const { clock, memory, mailbox, clusters } = world
  const [fleet, cluster] = await Promise.all([memory.fleet(), memory.cluster(name)])
  if (fleet === undefined || cluster === undefined || fleet.pause !== undefined) return
  if (cluster.pause !== undefined) return void (await memory.changeCluster(name, { set: { dueAt: later(clock.now(), RECHECK_SECONDS) } }))

  try {
    const access = await clusters.open(cluster)
    const { environments, pools, system } = await memory.inCluster(name)
    const view = { acts: modeOf(fleet, cluster) === 'act', ...(await surveyNodes(world, fleet, access, { environments, pools, ...(system === undefined ? {} : { system }) })) }
    await learnPools(world, fleet, access, view)
    const { ends, problems } = await reclaimPools(world, access, view, pools, owner)
    if (problems.length > 0) throw new Error(problems.join('; '))
    await memory.changeCluster(name, { set: { dueAt: later(clock.now(), againSeconds(ends)), problem: undefined } })
    if (system?.phase === 'awake' && environments.every(({ phase }) => phase === 'asleep')) await lookAtWhole(world, cluster, system)
    if (ends.has('look-again')) await mailbox.send([{ queue: 'nodes', clusterArn: cluster.arn, message: { kind: 'nodes', cluster: name }, delaySeconds: SECOND_LOOK_SECONDS }])
  } catch (error) {
    await fail(world, cluster, error)
  }
}

/** What is to be looked at soon anyway is not looked at with each step of a node. */
const SOON_SECONDS = 5 * 60

/** Once all environments sleep the cluster as a whole is looked at: it may sleep as well. */
const lookAtWhole = async ({ clock, mailbox }: World, { arn }: Cluster, { id, dueAt }: Environment): Promise<void> => {
  if (dueAt !== undefined && dueAt <= later(clock.now(), SOON_SECONDS)) return
  await mailbox.send([{ queue: 'work', clusterArn: arn, message: { kind: 'environment', id } }])
}

/** A failure is written where people look, and tried again. It touches no other cluster. */
const fail = async ({ clock, memory, log }: World, { name, problem }: Cluster, error: unknown): Promise<void> => {
  const now = clock.now()
  const text = error instanceof Error ? error.message : String(error)
  const times = (problem?.times ?? 0) + 1
  log.warn(text, { cluster: name, times })
  await memory.changeCluster(name, { set: { problem: { text, since: problem?.since ?? now, times }, dueAt: later(now, RETRY_SECONDS) } })
  if (times > 1) return
  await memory.append([{ at: now, subject: name, what: 'problem', text: `nodes: ${text}`, fact: { kind: 'failure', at: now, subject: name, text } }])
}

const againSeconds = (ends: ReadonlySet<PoolEnd>): number => {
  if (ends.has('look-again')) return CLAIM_SECONDS
  return ends.has('watch') ? WATCH_SECONDS : RECHECK_SECONDS
}

/** One pool after the other; what goes wrong with one keeps none of the others. */
const reclaimPools = async (world: World, access: ClusterAccess, view: ClusterView, pools: readonly Pool[], owner: string) => {
  const problems: string[] = []
  const ends = new Set<PoolEnd>()
  for (const pool of pools) {
    try {
      ends.add(await reclaimPool(world, access, view, pool, owner))
    } catch (error) {
      problems.push(`pool ${pool.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { ends, problems }
}

/** `watch`: nothing to do now; but a node is soon old enough, Karpenter may start none, which a pod of others may come to need, or Cluster Autoscaler may take some. */
type PoolEnd = 'look-again' | 'watch' | 'rest'

const reclaimPool = async (world: World, access: ClusterAccess, view: ClusterView, pool: Pool, owner: string): Promise<PoolEnd> => {
  const { clock, memory } = world
  const status = await access.capacity.status(pool.name)
  if (status === undefined) return noSuchPool(world, access, pool)
  const learned = (await learn(world, view, pool, status)) ?? pool
  const found = viewOf(world, view, learned, status)
  const { steps, blockers } = planReclaim(found)
  await noteStanding(world, learned, poolStanding(learned, status.size), strandedIn(found, blockers, view.environments))
  if (nobodyAwake(found)) await notePutBack(world, found)
  const atRest = steps.length === 0 && Object.keys(pool.leaving).length === 0
  if (!view.acts || atRest) return view.acts && (changesByItself(found) || freesItself(blockers)) ? 'watch' : 'rest'

  const key = { cluster: pool.cluster, name: pool.name }
  const now = clock.now()
  const claimed = await memory.pools.claim(key, { owner, epoch: pool.epoch, now, until: later(now, CLAIM_SECONDS) })
  if (claimed === undefined) return 'look-again'
  const plan = planReclaim(viewOf(world, view, claimed, status))
  try {
    return (await takePoolSteps({ world, access, pool: claimed, status, owner }, plan, view.nodes)) ? 'look-again' : 'rest'
  } finally {
    await memory.pools.change(key, { set: { claim: undefined }, claimedBy: owner })
  }
}

/** Whether others change a pool that is left as Catnap prepared it. */
const changesByItself = ({ pool: { original }, limits, sleepsWhole, autoscaler, nodes }: PoolView): boolean =>
  (isHeldShut(original, limits) && sleepsWhole !== true) || (original !== undefined && autoscaler !== undefined && nodes.length > 0)

/** Named in the intent and not there: a wrong name, or somebody deleted it. */
const noSuchPool = async ({ memory }: World, { capacity }: ClusterAccess, pool: Pool): Promise<'rest'> => {
  if (pool.removed !== true) throw new Error(`no such pool: found ${(await capacity.list()).join(', ') || 'none'}; correct its name in the intent, or take it out`)
  await memory.forgetPool({ cluster: pool.cluster, name: pool.name })
  return 'rest'
}

const viewOf = (world: World, view: ClusterView, pool: Pool, status: PoolStatus): PoolView =>
  ({ ...poolView(world, view, pool, status), answers: view.answers, emptying: view.emptying })

/** Notes what a fresh node of the pool offers while there is a node to learn it from, what it would be without Catnap, and who else scales it. */
const learn = async ({ memory }: World, { nodes, pods, autoscaler }: ClusterView, pool: Pool, status: PoolStatus): Promise<Pool | undefined> => {
  const node = nodes.find((candidate) => isOfPool(candidate, pool.name, status.kind) && candidate.ready)
  if (node === undefined) return undefined
  const shape = shapeOf(node, pods)
  const baseline = { nodes: pool.original?.desiredSize ?? status.size.desiredSize - surplusNodes(pool, status.size), instanceType: node.instanceType }
  const autoscaled = autoscaler === undefined ? undefined : true
  if (isDeepEqual(shape, pool.shape) && isDeepEqual(baseline, pool.baseline) && autoscaled === pool.autoscaled) return undefined
  return memory.pools.change({ cluster: pool.cluster, name: pool.name }, { set: { shape, baseline, autoscaled }, when: { epoch: pool.epoch } })
}

/** Notes which pools the environments that are awake use: the sleep will tell these, the wake will ask these. */
const learnPools = async ({ memory }: World, fleet: Fleet, access: ClusterAccess, view: ClusterView): Promise<void> => {
  for (const environment of view.environments.filter(({ phase }) => phase === 'awake')) {
    const pools = poolsUsed(await namespacesOf(fleet, environment, access.workloads), view.nodes, view.pods)
    if (pools.length === 0 || isDeepEqual(pools, environment.pools)) continue
    await memory.environments.change(environment.id, { set: { pools }, when: { epoch: environment.epoch, phase: 'awake' } })
  }
}
