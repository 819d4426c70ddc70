import { NGINX_ANNOTATIONS } from '../front/ingress.ts'
import { WAKE_NAME } from '../front/ingress-object.ts'
import { LBC_ACTION } from '../front/lbc.ts'
import type { Kind, Role } from '../kinds/kind.ts'
import { DAEMON_SET } from '../kinds/daemon-set.ts'
import { OWNER_KINDS, SYSTEM_KINDS, USUAL_KINDS } from '../kinds/kinds.ts'
import { RECLAIM_TAINT } from '../node.ts'
import type { ClusterRight } from './cluster-right.ts'

/** What Catnap does to a kind, by what the kind is to a sleep. */
const WHY: Readonly<Record<Role, string>> = {
  workload: 'put to sleep and back, with the original in an annotation',
  schedule: 'suspended and back, with the original in an annotation',
  holder: 'held while what it steers sleeps and let go, with the original in an annotation',
  owner: 'found, held while what it owns sleeps and let go last, with the original in an annotation',
}

/** The annotations of an Ingress that are changed besides our own. */
const FRONT_ANNOTATIONS = [LBC_ACTION, ...Object.values(NGINX_ANNOTATIONS)]

/** The right a kind needs: listed, and patched in the one place Catnap changes. GitOps owners live where their tool does. */
const rightOfKind = ({ group, plural, path, role, isOptional }: Kind): ClusterRight => ({
  apiGroup: group,
  resource: plural,
  verbs: ['list', 'patch'],
  scope: role === 'owner' ? 'cluster' : 'environments',
  why: WHY[role],
  ...(isOptional ? { isOptional } : {}),
  writes: { paths: [path] },
})

/** The right for a kind the intent names by its CRD, `kafkas.kafka.strimzi.io`, which has its replicas at `path`. */
export const rightOfCustomKind = (crd: string, path: readonly string[]): ClusterRight => {
  const [plural = '', ...group] = crd.split('.')
  return { apiGroup: group.join('.'), resource: plural, verbs: ['list', 'patch'], scope: 'environments', why: WHY.workload, writes: { paths: [path] } }
}

/**
 * Every call Catnap makes to a cluster's API, of which the roles, the admission policy, the doctor's questions and
 * docs/permissions.md are made. test/adapters/kubernetes/rights.test.ts holds it against what goes over the wire: a call
 * without a row, or a row without a call, does not pass.
 */
export const RIGHTS: readonly ClusterRight[] = [
  {
    apiGroup: '', resource: 'namespaces', verbs: ['list'], scope: 'cluster', needs: 'namespaceSelector',
    why: 'which namespaces a `namespaceSelector` of the intent matches',
  },
  {
    apiGroup: '', resource: 'pods', verbs: ['list'], scope: 'environments',
    why: 'whether pods have ended, what they ask for and what they run on',
  },
  {
    apiGroup: '', resource: 'events', verbs: ['list'], scope: 'environments', isOptional: true,
    why: 'why pods do not become ready after a wake and, in `default`, why Karpenter starts no node; without it less is told',
  },
  {
    apiGroup: '', resource: 'events', verbs: ['create'], scope: 'environments', isOptional: true,
    why: 'telling in the namespace itself that it sleeps or is awake, why, and what comes next',
    writes: { paths: [] },
  },
  ...USUAL_KINDS.map(rightOfKind),
  // The API server counts changes of a DaemonSet's template in an annotation, in the same write.
  { ...rightOfKind(DAEMON_SET), needs: 'daemonSets', writes: { paths: [DAEMON_SET.path, ['metadata', 'annotations', 'deprecated.daemonset.template.generation']] } },
  {
    apiGroup: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', verbs: ['list'], scope: 'cluster', needs: 'customKinds',
    why: 'where a custom kind of the intent keeps its replicas',
  },
  ...OWNER_KINDS.map(rightOfKind),
  {
    apiGroup: '', resource: 'nodes', verbs: ['list'], scope: 'cluster',
    why: 'which pools an environment runs on, of which instance types',
  },
  {
    apiGroup: '', resource: 'nodes', verbs: ['patch'], scope: 'cluster', needs: 'pools',
    why: 'cordoned and marked with a taint before it is removed, or given back',
    // The cordon's own taint comes and goes with `unschedulable` by itself; our patch of the list leaves it out.
    writes: { paths: [['spec', 'unschedulable'], ['spec', 'taints']], taints: [RECLAIM_TAINT, 'node.kubernetes.io/unschedulable'] },
  },
  {
    apiGroup: '', resource: 'pods', verbs: ['list'], scope: 'cluster', needs: 'pools',
    why: 'which nodes carry nothing that must stay, and what waits for a node',
  },
  ...(['replicasets.apps', 'statefulsets.apps', 'deployments.apps', 'jobs.batch', 'replicationcontrollers'] as const).map((kind): ClusterRight => {
    const [resource = '', apiGroup = ''] = kind.split('.')
    return { apiGroup, resource, verbs: ['list'], scope: 'cluster', needs: 'pools', why: 'whether a pod would be brought back: its controller is there; asked where a pod names one of the kind' }
  }),
  {
    apiGroup: 'policy', resource: 'poddisruptionbudgets', verbs: ['list'], scope: 'cluster', needs: 'pools',
    why: 'which pods may leave their node now, and which never',
  },
  ...(['persistentvolumeclaims', 'persistentvolumes'] as const).map((resource): ClusterRight => ({
    apiGroup: '', resource, verbs: ['list'], scope: 'cluster', needs: 'pools', why: 'where the volumes of a pod let it run, and in which zones a wake needs nodes; asked where a pod has one',
  })),
  {
    apiGroup: 'storage.k8s.io', resource: 'volumeattachments', verbs: ['list'], scope: 'cluster', needs: 'pools',
    why: 'whether a node that is to end still has volumes: they must be off it first',
  },
  {
    apiGroup: '', resource: 'pods/eviction', verbs: ['create'], scope: 'cluster', needs: 'consolidation',
    why: 'pods moved off a node that is emptied, each as its disruption budget allows',
    writes: { paths: [], systemToo: true },
  },
  ...SYSTEM_KINDS.map(({ group, plural, path }): ClusterRight => ({
    apiGroup: group, resource: plural, verbs: ['list', 'patch'], scope: 'system', needs: 'whole',
    why: 'to zero and back with the whole cluster, with the original in an annotation',
    writes: { paths: [path], systemToo: true },
  })),
  {
    apiGroup: '', resource: 'namespaces', verbs: ['list'], scope: 'cluster', needs: 'pools',
    why: 'which pods a pod wants to be near, or apart from; asked where one selects namespaces',
  },
  {
    apiGroup: 'batch', resource: 'jobs', verbs: ['list'], scope: 'environments',
    why: 'which Jobs run, for which a sleep waits; which CronJob made the Job whose pod was measured',
  },
  {
    apiGroup: 'metrics.k8s.io', resource: 'pods', verbs: ['list'], scope: 'environments',
    why: 'what the containers of awake environments use',
  },
  {
    apiGroup: 'autoscaling', resource: 'horizontalpodautoscalers', verbs: ['list'], scope: 'cluster',
    why: 'which requests are steered already, so that no advice is given on them',
  },
  {
    apiGroup: 'autoscaling.k8s.io', resource: 'verticalpodautoscalers', verbs: ['list'], scope: 'cluster', isOptional: true,
    why: 'which requests are steered already, so that no advice is given on them',
  },
  {
    apiGroup: 'elbv2.k8s.aws', resource: 'targetgroupbindings', verbs: ['list'], scope: 'cluster', needs: 'targetGroups', isOptional: true,
    why: 'which target groups of the balancer lead into a namespace, to count its requests and to lead its hosts',
  },
  {
    apiGroup: 'networking.k8s.io', resource: 'ingresses', verbs: ['list', 'patch'], scope: 'environments', needs: 'ingresses',
    why: 'its hosts led to the wake address and back, with the original in an annotation',
    writes: {
      paths: [
        ['spec', 'defaultBackend'], ['spec', 'rules'],
        ...FRONT_ANNOTATIONS.map((annotation) => ['metadata', 'annotations', annotation]),
      ],
    },
  },
  {
    apiGroup: '', resource: 'services', verbs: ['list'], scope: 'environments', needs: 'wakeService',
    why: 'whether the Service that leads to the wake address is there',
  },
  {
    apiGroup: '', resource: 'services', verbs: ['create', 'delete'], scope: 'environments', needs: 'wakeService',
    why: 'made before a sleep and removed after the wake: a Service of our own, which leads to the wake address',
    writes: { paths: [], names: [WAKE_NAME] },
  },
  {
    apiGroup: 'karpenter.sh', resource: 'nodepools', verbs: ['list', 'patch'], scope: 'cluster', needs: 'pools', isOptional: true,
    why: 'limits lowered so that no node comes back, and put back, with the original in an annotation',
    writes: { paths: [['spec', 'limits']] },
  },
  {
    apiGroup: 'karpenter.sh', resource: 'nodeclaims', verbs: ['list', 'delete'], scope: 'cluster', needs: 'pools', isOptional: true,
    why: 'ends exactly that node; Karpenter drains it and ends the instance',
    writes: { paths: [] },
  },
]
