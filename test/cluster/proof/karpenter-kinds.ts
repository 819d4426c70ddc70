import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { ClusterUnderTest } from '../../contract/cluster-under-test.ts'
import { pathOf, type RawApi } from '../../contract/raw-api.ts'

type Schema = Readonly<Record<string, unknown>>

const TEXT: Schema = { type: 'string' }
const COUNT: Schema = { type: 'integer', format: 'int32', minimum: 0 }
const TEXTS: Schema = { type: 'array', items: TEXT }
const MAP_OF_TEXTS: Schema = { type: 'object', additionalProperties: TEXT }
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema =>
  ({ type: 'object', properties, ...(required.length === 0 ? {} : { required }) })
const listOf = (items: Schema): Schema => ({ type: 'array', items })

/** A quantity, as Kubernetes takes it: `100`, `"400Gi"`. */
const QUANTITIES: Schema = {
  type: 'object',
  additionalProperties: {
    'anyOf': [{ type: 'integer' }, { type: 'string' }],
    'pattern': String.raw`^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`,
    'x-kubernetes-int-or-string': true,
  },
}

const CONDITIONS = listOf(object({ type: TEXT, status: TEXT, reason: TEXT, message: TEXT, lastTransitionTime: { type: 'string', format: 'date-time' } }, ['type', 'status']))

/** What a NodeClaim asks for, and the template of a NodePool with it. */
const CLAIM_SPEC = {
  nodeClassRef: object({ group: TEXT, kind: TEXT, name: TEXT }, ['group', 'kind', 'name']),
  requirements: listOf(object({ key: TEXT, operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] }, values: TEXTS, minValues: COUNT }, ['key', 'operator'])),
  taints: listOf(object({ key: TEXT, value: TEXT, effect: TEXT }, ['key', 'effect'])),
  expireAfter: TEXT,
  terminationGracePeriod: TEXT,
}

const POOL_SPEC = object({
  template: object({ metadata: object({ labels: MAP_OF_TEXTS, annotations: MAP_OF_TEXTS }), spec: object(CLAIM_SPEC, ['nodeClassRef', 'requirements']) }, ['spec']),
  limits: QUANTITIES,
  weight: COUNT,
  replicas: COUNT,
  disruption: object({
    consolidationPolicy: { type: 'string', enum: ['WhenEmpty', 'WhenEmptyOrUnderutilized'] },
    consolidateAfter: TEXT,
    budgets: listOf(object({ nodes: TEXT, reasons: TEXTS, schedule: TEXT, duration: TEXT }, ['nodes'])),
  }),
}, ['template'])

const CLAIM_STATUS = object({ providerID: TEXT, nodeName: TEXT, imageID: TEXT, capacity: QUANTITIES, allocatable: QUANTITIES, conditions: CONDITIONS })

const definition = (kind: string, plural: string, spec: Schema, status: Schema): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.karpenter.sh` },
  spec: {
    group: 'karpenter.sh',
    scope: 'Cluster',
    conversion: { strategy: 'None' },
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: object({ spec, status }, ['spec']) }, subresources: { status: {} } }],
  },
})

/**
 * Karpenter's kinds, as much of them as Catnap and its proofs use: what is not named here the API server drops, so that
 * a field of another name is found out (karpenter.sh/docs/concepts/nodepools, nodeclaims).
 */
const KINDS: readonly KubernetesObject[] = [
  definition('NodePool', 'nodepools', POOL_SPEC, object({ resources: QUANTITIES, nodes: COUNT, conditions: CONDITIONS })),
  definition('NodeClaim', 'nodeclaims', object(CLAIM_SPEC, ['nodeClassRef', 'requirements']), CLAIM_STATUS),
]

/** Makes the cluster serve Karpenter's kinds; answers how to take them away again, with all there is of them. */
export const serveKarpenter = async (cluster: Pick<ClusterUnderTest, 'until'>, admin: RawApi): Promise<() => Promise<void>> => {
  for (const kind of KINDS) await admin.create(kind)
  const statuses = async (): Promise<readonly number[]> => (await Promise.all(['NodePool', 'NodeClaim'].map((kind) => admin.call('GET', pathOf(kind))))).map(({ status }) => status)
  await cluster.until('Karpenter’s kinds are served', async () => (await statuses()).every((status) => status === 200))
  return async () => {
    for (const { kind, metadata } of KINDS) await admin.remove(kind, metadata.name)
    await cluster.until('Karpenter’s kinds are gone', async () => (await statuses()).every((status) => status === 404))
  }
}
