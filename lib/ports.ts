import type { Doings } from './domain/idleness/doings.ts'
import type { PrometheusTerms } from './domain/idleness/idle-terms.ts'
import type { NamespaceNetwork } from './domain/idleness/judge-network.ts'
import type { QueryAnswer, QuerySpan } from './domain/idleness/judge-query.ts'
import type { TargetGroupTraffic } from './domain/idleness/judge-requests.ts'
import type { AdviceRecord } from './domain/advice/advice-record.ts'
import type { Asker, ClusterLooks, Look, SeenNamespace } from './domain/doctor/checkup.ts'
import type { Snapshot } from './domain/drain/snapshot.ts'
import type { Environment } from './domain/environment.ts'
import type { Cluster, Fleet } from './domain/fleet.ts'
import type { FrontOriginal } from './domain/front/front.ts'
import type { ServiceStep, WakeService } from './domain/front/ingress.ts'
import type { Ingress, IngressStep } from './domain/front/ingress-object.ts'
import type { BalancerPlace, ListenerRule, RuleStep } from './domain/front/listener-rule.ts'
import type { HistoryEntry } from './domain/history.ts'
import type { Owner, OwnerKind } from './domain/gitops/owner.ts'
import type { Fact } from './domain/journal/fact.ts'
import type { BillQuestion } from './domain/ledger/bill-question.ts'
import type { Span } from './domain/ledger/clock-hour.ts'
import type { ClusterDay } from './domain/ledger/cluster-day.ts'
import type { NodeLifecycle, Price, PriceOf } from './domain/ledger/ledger-input.ts'
import type { LedgerRow } from './domain/ledger/ledger-row.ts'
import type { VersionEnds } from './domain/ledger/extended-support.ts'
import type { BilledDay, ReconciledDay } from './domain/ledger/reconcile-day.ts'
import type { Signature } from './domain/link.ts'
import type { Node, Pod, PodRef } from './domain/node.ts'
import type { Notice } from './domain/notice.ts'
import type { Limits, Pool, PoolOriginal, PoolSize } from './domain/pool.ts'
import type { PoolKind } from './domain/pool-kind.ts'
import type { MailMessage } from './domain/report/mail-message.ts'
import type { ClusterRight } from './domain/rights/cluster-right.ts'
import type { Sending } from './domain/report/sending.ts'
import type { Symptoms } from './domain/symptoms.ts'
import type { Trouble } from './domain/missing-nodes.ts'
import type { Instant } from './domain/time.ts'
import type { ContainerRecord } from './domain/usage/container-record.ts'
import type { UsageSample } from './domain/usage/take-samples.ts'
import type { VolumeZones } from './domain/volume-zones.ts'
import type { Channels } from './domain/warning.ts'
import type { AlsoSleeps, Original, Workload, WorkloadStep } from './domain/workload.ts'

/** What time it is. */
export interface Clock {
  now(): Instant
}

/** What a worker is asked to look at. Level-triggered: it says where to look, never what to do. */
export type Message =
  | { readonly kind: 'environment'; readonly id: string }
  | { readonly kind: 'nodes'; readonly cluster: string }
  | { readonly kind: 'usage'; readonly cluster: string }

/**
 * `wake`: environments on their way up. `work`: all others. `nodes`: the nodes of a cluster. `usage`: what its
 * environments use.
 */
export type QueueName = 'wake' | 'work' | 'nodes' | 'usage'

/** A message and where it goes: the spoke of a cluster is told by the cluster's ARN. */
export interface Parcel {
  readonly queue: QueueName
  readonly clusterArn: string
  readonly message: Message
  /** 0–900 s. */
  readonly delaySeconds?: number
}

/** Sends messages to the workers of the spokes. */
export interface Mailbox {
  send(parcels: readonly Parcel[]): Promise<void>
}

/** Something the due index says must be looked at. */
export interface DueItem {
  readonly message: Message
  readonly queue: QueueName
  readonly clusterArn: string
}

/** A change to one record, made only while `when` holds. `undefined` drops an attribute. */
export interface RecordChange<T> {
  readonly set: { readonly [K in keyof T]?: T[K] | undefined }
  /** These attributes must have these values now; `undefined`: must not be there. */
  readonly when?: { readonly [K in keyof T]?: T[K] | undefined }
  /** The claim must be ours. */
  readonly claimedBy?: string
}

/** A worker's wish for a claim. */
export interface ClaimWish {
  readonly owner: string
  /** The epoch the worker saw; with another by now the claim is refused. */
  readonly epoch: number
  readonly now: Instant
  readonly until: Instant
  /** Take it from a worker of an older epoch (a wake does). */
  readonly overOlderEpoch?: boolean
}

/** The records of one kind, each changed by single-item conditional writes. */
export interface Records<Key, T> {
  /** A strongly consistent read. */
  get(key: Key): Promise<T | undefined>
  /** Answers the record after the change; undefined when a condition did not hold. */
  change(key: Key, change: RecordChange<T>): Promise<T | undefined>
  /** Answers the record with the claim; undefined when somebody else holds it or the epoch is another. */
  claim(key: Key, wish: ClaimWish): Promise<T | undefined>
}

/** When each cluster is to be looked at: usage, requests and nodes. */
export interface Looks {
  /** Takes a look that is due, so that of two messages for it only one looks: moves its due time to `until`. False: it is not due. */
  take(cluster: string, now: Instant, until: Instant): Promise<boolean>
  next(cluster: string, dueAt: Instant): Promise<void>
  /** No more looks at this cluster. */
  drop(cluster: string): Promise<void>
}

/** A pool's key. */
export interface PoolKey {
  readonly cluster: string
  readonly name: string
}

/** What Catnap keeps: the table. */
export interface Memory {
  fleet(): Promise<Fleet | undefined>
  cluster(name: string): Promise<Cluster | undefined>
  readonly environments: Records<string, Environment>
  readonly pools: Records<PoolKey, Pool>
  /** A cheap, eventually consistent read, for what is asked by many. */
  glance(environment: string): Promise<Environment | undefined>
  environmentOfHost(host: string): Promise<string | undefined>
  /** Everything of one cluster, strongly consistent. `system`: the cluster as a whole, where it may sleep so; it is no environment. */
  inCluster(name: string): Promise<{ readonly environments: readonly Environment[]; readonly pools: readonly Pool[]; readonly system?: Environment }>
  changeCluster(name: string, change: RecordChange<Cluster>): Promise<Cluster | undefined>
  /** What is due in one shard of the index, page by page. */
  due(shard: number, now: Instant): AsyncIterable<readonly DueItem[]>
  readonly looks: Looks

  originals(environment: string): Promise<ReadonlyMap<string, Original>>
  /** Written before the workloads are changed. */
  keepOriginals(environment: string, originals: ReadonlyMap<string, Original>): Promise<void>
  /** Drops the originals of these objects, or all there are. */
  dropOriginals(environment: string, objectKeys?: readonly string[]): Promise<void>

  /** The same for what leads its hosts to it, by `Rule/<arn>` and `Ingress/<namespace>/<name>`. */
  frontOriginals(environment: string): Promise<ReadonlyMap<string, FrontOriginal>>
  keepFrontOriginals(environment: string, originals: ReadonlyMap<string, FrontOriginal>): Promise<void>
  dropFrontOriginals(environment: string): Promise<void>

  /** Into the history of their subjects, and their facts into the journal of the cluster. The same entry twice is one. */
  append(entries: readonly HistoryEntry[]): Promise<void>
  forget(environment: Environment): Promise<void>
  forgetPool(key: PoolKey): Promise<void>
}

/** What only the operator's commands need of the table. */
export interface Registry extends Memory {
  putFleet(fleet: Fleet): Promise<void>
  changeFleet(change: RecordChange<Fleet>): Promise<Fleet | undefined>
  putCluster(cluster: Cluster, dueShards: number): Promise<void>
  /** From now on the cluster is looked at, first at `dueAt`. */
  putLook(cluster: Pick<Cluster, 'name' | 'arn'>, dueAt: Instant, dueShards: number): Promise<void>
  /** Answers false when it is there already. */
  createEnvironment(environment: Environment, dueShards: number): Promise<boolean>
  createPool(pool: Pool): Promise<boolean>
  /** Spreads environments and clusters anew over the shards of the due index. */
  spread(environments: readonly string[], clusters: readonly string[], dueShards: number): Promise<void>
  setHosts(environment: string, before: readonly string[], after: readonly string[]): Promise<void>
  /** Newest first; all of it, or the newest `limit` entries. */
  history(subject: string, limit?: number): Promise<readonly HistoryEntry[]>
}

/** How a change to an object of a cluster ended. Expected ends are values. */
export type Outcome =
  | { readonly done: true }
  /** `changed`: somebody changed it since it was looked at. `gone`: somebody deleted it. `refused`: look again is no use. `later`: an admission webhook is not up. */
  | { readonly done: false; readonly because: 'changed' | 'gone' | 'refused' | 'later'; readonly text: string }

/** What people who look into a namespace are told. */
export interface Announcement {
  /** Says which it is: told again, it is the same. */
  readonly key: string
  readonly at: Instant
  /** One word, as Kubernetes has them: `Asleep`. */
  readonly reason: string
  readonly text: string
}

/** The workloads of a cluster. */
export interface Workloads {
  /** Names of the namespaces that carry the labels. */
  namespaces(labels: Readonly<Record<string, string>>): Promise<readonly string[]>
  /** The usual kinds, and what the intent names besides. Throws for a kind the cluster does not serve. */
  list(namespaces: readonly string[], also?: AlsoSleeps): Promise<readonly Workload[]>
  pods(namespaces: readonly string[]): Promise<readonly Pod[]>
  /** Jobs that have neither ended nor are suspended: `namespace/name`. */
  runningJobs(namespaces: readonly string[]): Promise<readonly string[]>
  /** Tells people: an Event on each of the namespaces, once for each `key`. Never throws: what is not heard hinders nothing. */
  announce(namespaces: readonly string[], announcement: Announcement): Promise<void>
  /** GitOps owners of these kinds, in all namespaces; none of a kind the cluster does not serve. */
  owners(kinds: readonly OwnerKind[]): Promise<readonly Owner[]>
  /** What pods that are not ready, and the warnings beside them, tell. Where events may not be read it says so. */
  symptoms(namespaces: readonly string[]): Promise<Symptoms>
  /** One request with the change, the mark and the precondition in it. */
  change(environment: string, step: WorkloadStep): Promise<Outcome>
}

/** A cluster as the judge of its nodes looks at it (`explainNodes`), all of it. */
export interface Survey {
  readonly nodes: readonly Node[]
  readonly snapshot: Snapshot
}

/** Clusters looked at from outside, once each. Throws where a cluster cannot be reached or does not let us look. */
export interface Surveys {
  of(cluster: Cluster): Promise<Snapshot>
}

/**
 * What came of an eviction. `gone`: the pod was no longer there. `later`: its budget, or a busy API server, may let it go at
 * the next look; what the API asks to wait, 10 s at most, is over by then. `refused`: asking again would not help.
 */
export type Eviction =
  | { readonly end: 'evicted' | 'gone' }
  | { readonly end: 'later' | 'refused'; readonly text: string }

/** The nodes of a cluster. */
export interface Nodes {
  list(): Promise<readonly Node[]>
  /** Pods of the whole cluster. */
  pods(): Promise<readonly Pod[]>
  /** In as few lists as it takes, page by page: 5,000 nodes and 150,000 pods fit into a worker. Throws where one cannot be read. */
  survey(): Promise<Survey>
  /** Cordon and taint in one request, refused when the node changed since it was looked at. */
  mark(node: Node, at: Instant): Promise<Outcome>
  /** Takes our taint and our cordon away. */
  unmark(node: Node): Promise<Outcome>
  /** Asks the Eviction API to let a pod go, under its budgets, and no other pod of that name. */
  evict(pod: PodRef): Promise<Eviction>
  /** Names of the volumes attached to each node, by its name. */
  attachments(): Promise<ReadonlyMap<string, readonly string[]>>
  /** Where the volumes of these namespaces can be reached from; those that can be from anywhere are left out. */
  volumeZones(namespaces: ReadonlySet<string>): Promise<VolumeZones>
}

/** What EC2 says of an instance. `gone`: it is not known any more. */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped' | 'gone'

/** A pool as its provisioner shows it. */
export interface PoolStatus {
  readonly kind: PoolKind
  readonly size: PoolSize
  readonly rebalancing: boolean
  /** A NodePool's limits; null: it has none. Absent: this pool has no limits that may be changed. */
  readonly limits?: Limits | null
  readonly instanceTypes: readonly string[]
  /** Ids of the instances that are in service: those asked to end are no longer. */
  readonly inService: readonly string[]
  /**
   * The zones it spreads its instances over, and in each the ids of those that are there or on their way. Absent: it starts
   * them in the zones where the pods that wait may run.
   */
  readonly zones?: Readonly<Record<string, readonly string[]>>
  /** What instances that were asked to end wait for, by id, in the provisioner's own words. */
  readonly waits: Readonly<Record<string, string>>
  /** Why no node may be taken from it, and what to do about that. */
  readonly obstacle?: string
  /** The original Catnap left on the pool itself. */
  readonly mark?: PoolOriginal
}

/**
 * The pools of a cluster: what is on the bill. A provisioner that is busy, or takes its time, answers `later`: look again.
 * `status` is that of the pool as it was looked at; what was changed since is not changed over.
 */
export interface Capacity {
  list(): Promise<readonly string[]>
  status(pool: string): Promise<PoolStatus | undefined>
  /**
   * Sees to it that a removal is neither refused nor undone: the minimum lowered and rebalancing suspended, or the limits
   * shut. The original is written on the pool itself before that, or in the same request.
   */
  prepare(pool: string, status: PoolStatus, original: PoolOriginal, minSize: number): Promise<'done' | 'later'>
  /** More nodes, or leave to start them: the original is on the pool itself before anything is changed. */
  grow(pool: string, status: PoolStatus, original: PoolOriginal, size: Pick<PoolSize, 'minSize' | 'desiredSize'>): Promise<'done' | 'later'>
  /** Gives the pool back what it was, and then takes the original off it. */
  restore(pool: string, status: PoolStatus, original: PoolOriginal): Promise<'done' | 'later'>
  /** Ends exactly this instance and takes the capacity with it. */
  remove(pool: string, instanceId: string): Promise<Outcome>
  /** What keeps it from getting nodes, in its provisioner's own words: what holds now, and what went wrong from `since` on, newest first. */
  troubles(pool: string, since: Instant): Promise<readonly Trouble[]>
  states(instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceState>>
  /**
   * The instances of all pools that EC2 knows, some of those that ended within the last hour among them: EC2 soon takes
   * the tags of an ended instance away, and with them how it is found. Ask `states` for what is missing.
   */
  instances(): Promise<readonly Instance[]>
}

/** An instance of a pool, as EC2 tells of it. */
export interface Instance extends Omit<NodeLifecycle, 'terminatedAt' | 'pool'> {
  /** The name of the pool. */
  readonly pool: string
  readonly state: InstanceState
}

/** One container of a workload, as one look at the cluster shows it. */
export interface SeenContainer extends Omit<ContainerRecord, 'environment' | 'usage'> {
  readonly namespace: string
  /** What each of its pods used; what could not be read is in `unreadable`. */
  readonly samples: readonly UsageSample[]
  readonly unreadable: readonly { readonly pod: string; readonly reason: 'missing' | 'no-unit' | 'not-a-number'; readonly text: string }[]
  readonly kills: readonly { readonly pod: string; readonly at: Instant; readonly limitMiB?: number }[]
}

/** What one look at namespaces found. */
export interface SeenNamespaces {
  readonly containers: readonly SeenContainer[]
  /** What goes on in each namespace, by its name. */
  readonly doings: ReadonlyMap<string, Doings>
  /** Why use could not be measured; then the containers are not all there. */
  readonly unmeasured?: string
}

/** What the containers of a cluster ask for and use, and what else goes on in its namespaces. */
export interface Containers {
  /**
   * One look at all containers of the workloads in these namespaces. `nodes`, as `Nodes.list` showed them, tell the types
   * of the instances.
   */
  look(namespaces: readonly string[], nodes: readonly Node[]): Promise<SeenNamespaces>
  /**
   * ARNs of the balancer's target groups that lead into a namespace, by namespace, from TargetGroupBindings. A binding
   * that names none yet is there as an empty text, for which `Traffic` has a problem: it is not taken for no traffic.
   */
  targetGroups(namespaces: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
}

/** The rules of the balancer of ours. Throws what AWS refuses for good or cannot do now. */
export interface Balancer extends BalancerPlace {
  rules(): Promise<readonly ListenerRule[]>
  /** `changed`: somebody took the priority, the rule is gone, or the balancer is busy: look again. */
  change(step: RuleStep): Promise<Outcome>
  /** How many of the targets of these groups, by ARN, are healthy. */
  health(targetGroups: readonly string[]): Promise<{ readonly healthy: number; readonly registered: number }>
}

/** The Ingresses of a cluster, and the Services of ours they lead to. */
export interface Ingresses {
  list(namespaces: readonly string[]): Promise<readonly Ingress[]>
  services(namespaces: readonly string[]): Promise<readonly WakeService[]>
  /** One request with the change, the mark and the precondition in it. */
  change(step: IngressStep): Promise<Outcome>
  changeService(step: ServiceStep): Promise<Outcome>
}

/** What leads hosts to the environments of a cluster. */
export interface Fronts {
  readonly ingresses: Ingresses
  /** Undefined: the spoke has none. */
  readonly balancer?: Balancer
  /** The wake function as a target group, by ARN. */
  readonly wakeTargetGroup?: string
  /** Where Ingresses can reach it. */
  readonly wakeUrl?: string
}

/** One cluster, reached with the caller's own identity. */
export interface ClusterAccess {
  readonly workloads: Workloads
  readonly nodes: Nodes
  readonly capacity: Capacity
  readonly containers: Containers
  readonly fronts: Fronts
  /** The Kubernetes version, as in 1.34, and when EKS stops supporting each. */
  support(): Promise<{ readonly version: string; readonly ends: readonly VersionEnds[] }>
}

/** Opens clusters. Throws when the cluster cannot be reached or does not let us in. */
export interface Clusters {
  open(cluster: Cluster): Promise<ClusterAccess>
}

/** What a person puts back in one cluster with their own hands. */
export interface OpenCluster {
  readonly workloads: Workloads
  readonly ingresses: Ingresses
  close(): Promise<void>
}

/** Opens clusters for a person, with their own identity. Throws when the cluster cannot be found. */
export interface OpenClusters {
  open(cluster: Cluster): Promise<OpenCluster>
}

/** What the doctor asks of one cluster. Nothing of it writes; what may not be seen is said in words. */
export interface Examination {
  /** Throws when the cluster does not answer, or does not know the caller. */
  asker(): Promise<Asker>
  namespaces(): Promise<Look<readonly SeenNamespace[]>>
  /** Looks into these namespaces, and asks for these rights: in the cluster, else in each of them. */
  look(namespaces: readonly string[], rights: readonly ClusterRight[]): Promise<ClusterLooks>
  close(): Promise<void>
}

/** Opens clusters for the doctor, with the caller's own identity. Throws when the cluster cannot be found. */
export interface Examinations {
  open(cluster: Cluster): Promise<Examination>
}

/** Says what happens, for logs. */
export interface Log {
  info(text: string, fields?: Readonly<Record<string, unknown>>): void
  warn(text: string, fields?: Readonly<Record<string, unknown>>): void
}

/** What Prometheus knows. */
export interface Queries {
  /** The values of a query over a span. What does not come whole, or not at all, is a `problem`; never throws. */
  range(cluster: Cluster, asked: PrometheusTerms, span: QuerySpan): Promise<QueryAnswer>
}

/** What CloudWatch counts: requests at the balancers, bytes at the pods. */
export interface Traffic {
  /**
   * Requests by target group ARN, in the whole periods (of `PERIOD_SECONDS`) that overlap `from` and ended by `to`, each
   * of them named, oldest first. A group of which no answer came, or only part of one, has a `problem` instead: a gap is
   * not idleness (law 6). Never throws for what AWS refuses.
   */
  requests(cluster: Cluster, targetGroupArns: readonly string[], from: Instant, to: Instant): Promise<ReadonlyMap<string, TargetGroupTraffic>>
  /** The same for the network of the pods, by namespace. */
  network(cluster: Cluster, namespaces: readonly string[], from: Instant, to: Instant): Promise<ReadonlyMap<string, NamespaceNetwork>>
}

/** What happened in each cluster that money is reckoned from. Facts come to it with the history (`Memory.append`). */
export interface Journal {
  /** In the order in which they happened. */
  between(cluster: string, from: Instant, to: Instant): Promise<readonly Fact[]>
  keepLives(cluster: string, lives: readonly NodeLifecycle[]): Promise<void>
  /** Nodes that run, and those that ended at `from` or later. */
  lives(cluster: string, from: Instant): Promise<readonly NodeLifecycle[]>
}

/** What containers use, one small item each. */
export interface UsageRecords {
  of(environment: string): Promise<readonly ContainerRecord[]>
  keep(records: readonly ContainerRecord[]): Promise<void>
  drop(records: readonly ContainerRecord[]): Promise<void>
}

/** The ledger and what follows from it. */
export interface Ledgers {
  /** Replaces the rows of a cluster's hours within a span. */
  keepRows(cluster: string, span: Span, rows: readonly LedgerRow[]): Promise<void>
  /** The rows of the hours that begin from one instant on and before another. */
  rows(cluster: string, from: Instant, to: Instant): Promise<readonly LedgerRow[]>
  keepDay(day: ClusterDay): Promise<void>
  /** The days of a cluster from one to another, both `YYYY-MM-DD` and inclusive. */
  days(cluster: string, first: string, last: string): Promise<readonly ClusterDay[]>
  /** Days, UTC, beside their bill. */
  keepBills(cluster: string, days: readonly ReconciledDay[]): Promise<void>
  bills(cluster: string, first: string, last: string): Promise<readonly ReconciledDay[]>
  /** What became of asking for the bill on a day, `YYYY-MM-DD`. */
  billQuestion(day: string): Promise<BillQuestion | undefined>
  keepBillQuestion(question: BillQuestion): Promise<void>
  /** Replaces the advice of an environment. */
  keepAdvice(environment: string, advice: readonly AdviceRecord[]): Promise<void>
  advice(environment: string): Promise<readonly AdviceRecord[]>
}

/** What an instance type offers; undefined for one that is not known. */
export type InstanceSizes = (instanceType: string) => { readonly vcpu: number; readonly memoryMiB: number } | undefined

/** What became of the mails. */
export interface Sendings {
  get(key: string): Promise<Sending | undefined>
  /** Writes only while the record is still in the state and of the count it was read in; answers whether it was. */
  put(sending: Sending, before: Sending | undefined): Promise<boolean>
  /** Of one recipient, newest first. */
  latest(recipient: string, limit: number): Promise<readonly Sending[]>
}

/** The instance types whose prices are wanted, by how their capacity is bought. */
export interface WantedPrices {
  readonly onDemand: readonly string[]
  readonly spot: readonly string[]
}

/** What nodes cost. */
export interface Prices {
  /**
   * Reads what is needed to price nodes of these types in a region at any instant between two (a removed node is priced at
   * its removal: `from` is the first of those). A price that is not known is undefined, never 0. `problems`: what could not
   * be asked or read, in words; an older price or the shipped table then stands in, by its name.
   */
  of(region: string, wanted: WantedPrices, from: Instant, to: Instant): Promise<{ readonly priceOf: PriceOf; readonly onDemand: (instanceType: string) => Price | undefined; readonly problems: readonly string[] }>
}

/** What AWS says it cost. */
export interface Bills {
  /**
   * The cost of the nodes of these clusters for each day, UTC, from one to another (both inclusive); the subject is the
   * cluster's name in the fleet. What is not there has no row: nothing is invented. `requests`: how many were made, at
   * $0.01 each. `problems`: what could not be asked or read, in words.
   */
  days(clusters: readonly Pick<Cluster, 'name' | 'arn'>[], first: string, last: string): Promise<{ readonly days: readonly BilledDay[]; readonly requests: number; readonly problems: readonly string[] }>
}

/**
 * Sends mails. An address that is refused, or a service that is busy, is a value. `refused`: not sent, and SES says why;
 * `later`: not sent, the same may work soon; `unknown`: the answer was lost, it may have gone, so it is not sent again.
 * `text` names no address, only domains.
 */
export interface Mail {
  send(to: readonly string[], message: MailMessage): Promise<{ readonly sent: true; readonly messageId: string } | { readonly sent: false; readonly because: 'refused' | 'later' | 'unknown'; readonly text: string }>
}

/** Tells people by other ways than mail. */
export interface Notices {
  /** Answers what went wrong, in words without a secret in them; empty: all were told. Never throws. */
  tell(channels: Channels, notice: Notice): Promise<readonly string[]>
}

/** The keys that sign links. All of it throws when they cannot be read. */
export interface LinkKeys {
  /** Signs with the newest key. */
  sign(text: string): Promise<Signature>
  /** Whether the newest key or the one before signed this text; compares in constant time. */
  verify(text: string, signature: Signature): Promise<boolean>
  /** Makes a new key, or the first, and answers its number: the one before stays good, older ones do not. */
  rotate(): Promise<number>
}
