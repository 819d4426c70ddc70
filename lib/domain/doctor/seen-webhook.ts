import { type Selector, selects } from '../drain/selector.ts'
import type { Labels } from '../drain/snapshot.ts'

/** What a webhook is asked about: `*` is everything. */
export interface WebhookScope {
  readonly groups: readonly string[]
  /** Plurals, with subresources as in `pods/eviction`. */
  readonly resources: readonly string[]
  readonly operations: readonly string[]
}

/** An admission webhook that fails closed (`failurePolicy: Fail`): while it does not answer, what it is asked about is refused. */
export interface SeenWebhook {
  readonly configuration: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration'
  /** The configuration's name. */
  readonly name: string
  /** Its own name in the configuration, and its place in the list. */
  readonly webhook: string
  readonly index: number
  /** The Service that answers; undefined: an address outside of the cluster. */
  readonly service: { readonly namespace: string; readonly name: string } | undefined
  readonly namespaceSelector: Selector
  readonly objectSelector: Selector
  readonly scopes: readonly WebhookScope[]
  /** It has `matchConditions`, which may leave things out. */
  readonly conditional: boolean
}

/** A request a sleep or a wake cannot do without. */
export interface NeededRequest {
  readonly group: string
  readonly resource: string
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
}

/** Whether a webhook is asked about such a request. Rule: apiserver, admission/plugin/webhook/predicates/rules. */
export const isAsked = ({ scopes }: SeenWebhook, { group, resource, operation }: NeededRequest): boolean =>
  scopes.some(({ groups, resources, operations }) =>
    names(groups, group) && (names(resources, resource) || resources.includes('*/*')) && names(operations, operation))

const names = (listed: readonly string[], name: string): boolean => listed.includes('*') || listed.includes(name)

/** Whether a webhook is asked about objects in a namespace with these labels. Every namespace carries its own name as a label. */
export const reaches = ({ namespaceSelector }: SeenWebhook, namespace: string, labels: Labels): boolean =>
  selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace, ...labels })
