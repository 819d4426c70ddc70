import { globPattern } from '../glob.ts'
import { celAll, celAt, celList, celText, celUnchangedBut, celWhere } from './cel.ts'
import type { ClusterRight, Verb } from './cluster-right.ts'
import type { Grant, Reach } from './grant.ts'
import { CATNAP_GROUP, type Manifest, OWN_LABELS } from './manifest.ts'

const ADMISSION = 'admissionregistration.k8s.io/v1'

const NAME = 'catnap'

/** Where the cluster's own workloads are. */
const SYSTEM = 'kube-system'

/** Annotations of Catnap's own. */
const OWN_ANNOTATION = `k.startsWith(${celText('catnap.dev/')})`

/** What admission calls the verbs that write. */
const OPERATIONS: Readonly<Partial<Record<Verb, string>>> = { create: 'CREATE', patch: 'UPDATE', delete: 'DELETE' }

const IS_CHANGE = 'request.operation == "UPDATE"'

/** What every write changes in `metadata` by itself. */
const BOOKKEEPING = ['managedFields', 'resourceVersion', 'generation']

/** One expression that must hold, and what is told where it does not. */
interface Validation {
  readonly expression: string
  readonly messageExpression: string
  readonly reason?: 'Forbidden'
}

/**
 * The policy that holds Catnap's identity, the group of its access entry, to what it writes, whatever roles that group is
 * bound to: every write that is no row of the rights is refused, and of those that are, everything but the places the row
 * names and annotations `catnap.dev/*`. Nobody else's requests are looked at. Kubernetes 1.30 and later.
 */
export const admissionPolicy = (grant: Grant): readonly Manifest[] => [
  {
    apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicy', metadata: { name: NAME, labels: OWN_LABELS },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] }],
        // A question, such as whether one may do something, writes nothing.
        excludeResourceRules: [
          { apiGroups: ['authorization.k8s.io', 'authentication.k8s.io'], apiVersions: ['*'], resources: ['*'], operations: ['CREATE'] },
        ],
      },
      matchConditions: [{ name: 'catnap', expression: `has(request.userInfo.groups) && ${celText(CATNAP_GROUP)} in request.userInfo.groups` }],
      variables: [
        { name: 'resource', expression: 'request.resource.group + "/" + request.resource.resource + (has(request.subResource) && request.subResource != "" ? "/" + request.subResource : "")' },
        { name: 'home', expression: 'has(request.namespace) ? request.namespace : ""' },
      ],
      validations: validationsOf(grant).map((validation): Validation => ({ ...validation, reason: 'Forbidden' })),
    },
  },
  {
    apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: NAME, labels: OWN_LABELS },
    spec: { policyName: NAME, validationActions: ['Deny'] },
  },
]

const validationsOf = ({ rights, protect, reach }: Grant): readonly Validation[] => {
  const writing = rights.filter(({ verbs }) => verbs.some((verb) => OPERATIONS[verb] !== undefined))
  return [
    knownWrite(writing),
    notProtected(protect, writing),
    ...(reach === undefined ? [] : [withinReach(writing, reach)]),
    ...namedObjects(writing),
    metadataKept(writing),
    ...placesKept(writing),
    ...taintsKept(writing),
  ]
}

const resourceOf = ({ apiGroup, resource }: ClusterRight): string => `${apiGroup}/${resource}`

const isOneOf = (rights: readonly ClusterRight[]): string => `variables.resource in ${celList([...new Set(rights.map(resourceOf))])}`

const knownWrite = (writing: readonly ClusterRight[]): Validation => {
  const known = writing.flatMap((right) => right.verbs.flatMap((verb) => (OPERATIONS[verb] === undefined ? [] : [`${OPERATIONS[verb]} ${resourceOf(right)}`])))
  return {
    expression: `request.operation + " " + variables.resource in ${celList([...new Set(known)])}`,
    messageExpression: '"catnap does not " + request.operation + " " + variables.resource',
  }
}

/** A pod of the system may be moved by what may move any other; all that holds there is its own budget. Of a whole cluster replicas there are changed, too. */
const notProtected = (protect: readonly string[], writing: readonly ClusterRight[]): Validation => ({
  expression: [
    `!variables.home.matches(${celText(protect.map(globPattern).join('|'))})`,
    ...writing.filter(({ writes }) => writes?.systemToo).map((right) => `variables.home == ${celText(SYSTEM)} && ${isOneOf([right])}`),
  ].join(' || '),
  messageExpression: '"namespace " + variables.home + " is protected from catnap"',
})

const withinReach = (writing: readonly ClusterRight[], { namespaces, labels, system = [] }: Reach): Validation => {
  const selected = labels.map((each) =>
    celAll(Object.entries(each).map(([key, value]) => `${celAt('namespaceObject', ['metadata', 'labels'])}[?${celText(key)}].orValue("") == ${celText(value)}`)))
  const own = writing.filter(({ scope }) => scope === 'system')
  const inside = [
    `variables.home in ${celList(namespaces)}`,
    ...selected.map((one) => `(${one})`),
    ...(own.length === 0 ? [] : [`(variables.home in ${celList(system)} && ${isOneOf(own)})`]),
  ].join(' || ')
  return {
    expression: celWhere(isOneOf(writing.filter(({ scope }) => scope === 'environments')), inside),
    messageExpression: '"namespace " + variables.home + " is in no environment of catnap"',
  }
}

const namedObjects = (writing: readonly ClusterRight[]): readonly Validation[] =>
  writing.flatMap((right) => (right.writes?.names === undefined ? [] : [{
    expression: celWhere(isOneOf([right]), `request.name in ${celList(right.writes.names)}`),
    messageExpression: `"catnap touches no " + variables.resource + " but " + ${celText(right.writes.names.join(', '))}`,
  }]))

const isAnnotation = ([first, second]: readonly string[]): boolean => first === 'metadata' && second === 'annotations'

/** The places of a right but for annotations. */
const placesOf = ({ writes }: ClusterRight): readonly (readonly string[])[] => (writes?.paths ?? []).filter((path) => !isAnnotation(path))

/** Labels, finalizers, owners and annotations of others stay as they are, and so does all that is neither metadata nor spec. */
const metadataKept = (writing: readonly ClusterRight[]): Validation => {
  const annotations = writing.flatMap((right) =>
    (right.writes?.paths ?? []).flatMap((path) => (isAnnotation(path) ? [`${resourceOf(right)} ${path[2] ?? ''}`] : [])))
  const foreign = annotations.length === 0 ? '' : ` || variables.resource + " " + k in ${celList(annotations)}`
  const kept = [
    celUnchangedBut([], [['metadata'], ['spec']]),
    celUnchangedBut(['metadata'], [['annotations'], ...BOOKKEEPING.map((field) => [field])]),
    celUnchangedBut(['metadata', 'annotations'], [], `${OWN_ANNOTATION}${foreign}`),
  ]
  return {
    expression: celWhere(IS_CHANGE, celAll(kept)),
    messageExpression: '"catnap changes nothing of the metadata of " + variables.resource + " but its own annotations"',
  }
}

/** Of the spec only the places of the right change; resources with the same places share one validation. */
const placesKept = (writing: readonly ClusterRight[]): readonly Validation[] => {
  const patched = writing.filter(({ verbs }) => verbs.includes('patch'))
  return [...Map.groupBy(patched, (right) => JSON.stringify(placesOf(right))).values()].map((alike) => {
    const places = alike[0] === undefined ? [] : placesOf(alike[0])
    return {
      expression: celWhere(`${IS_CHANGE} && ${isOneOf(alike)}`, celUnchangedBut(['spec'], places.map(([, ...rest]) => rest))),
      messageExpression: `"catnap changes nothing of " + variables.resource + ${celText(` but ${[...places.map((path) => path.join('.')), 'annotations'].join(', ')}`)}`,
    }
  })
}

const taintsKept = (writing: readonly ClusterRight[]): readonly Validation[] =>
  writing.flatMap((right) => {
    const taints = right.writes?.taints
    if (taints === undefined) return []
    const others = (object: string): string =>
      `${celAt(object, ['spec', 'taints'])}.orValue([]).filter(t, !(t.key in ${celList(taints)})).map(t, [t.key, t.?value.orValue(""), t.effect])`
    return [{
      expression: celWhere(`${IS_CHANGE} && ${isOneOf([right])}`, `${others('object')} == ${others('oldObject')}`),
      messageExpression: celText(`catnap changes no taint but ${taints.join(', ')}`),
    }]
  })
