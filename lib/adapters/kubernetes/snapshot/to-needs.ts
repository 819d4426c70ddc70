import type { HostPort, Labels, Needs, NodeTerm, PodTerm, SeenToleration, Spread } from '../../../domain/drain/snapshot.ts'
import type { Field } from './field.ts'
import { toRequests } from './to-requests.ts'
import { toPodSelector, toRequirements, toSelector } from './to-selector.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

/** The terms of a NodeSelector; undefined where there is none. */
export const toNodeTerms = (field: Field): readonly NodeTerm[] | undefined =>
  field.object() === undefined ? undefined : field.get('nodeSelectorTerms').items().map((term) => ({
    expressions: toRequirements(term.get('matchExpressions')),
    fields: toRequirements(term.get('matchFields')),
  }))

const toToleration = (field: Field): SeenToleration => ({
  key: field.get('key').text() ?? '',
  operator: field.get('operator').text() ?? '',
  value: field.get('value').text() ?? '',
  effect: field.get('effect').text() ?? '',
})

const toPodTerm = (field: Field, labels: Labels): PodTerm => ({
  selector: toPodSelector(field, labels),
  topologyKey: field.get('topologyKey').name(),
  namespaces: field.get('namespaces').texts(),
  namespaceSelector: toSelector(field.get('namespaceSelector')),
})

const toSpread = (field: Field, labels: Labels): Spread => ({
  selector: toPodSelector(field, labels),
  topologyKey: field.get('topologyKey').name(),
  maxSkew: field.get('maxSkew').whole() ?? 1,
  minDomains: field.get('minDomains').whole() ?? 1,
  honorsAffinity: field.get('nodeAffinityPolicy').text() !== 'Ignore',
  honorsTaints: field.get('nodeTaintsPolicy').text() === 'Honor',
})

/** The ports a container takes on its node: those it asks for, and every port of a pod on the network of its node. */
const toHostPorts = (container: Field, onHostNetwork: boolean): readonly HostPort[] =>
  container.get('ports').items().flatMap((field) => {
    const port = (field.get('hostPort').whole() ?? 0) || (onHostNetwork ? (field.get('containerPort').whole() ?? 0) : 0)
    const ip = field.get('hostIP').text() || '0.0.0.0'
    return port === 0 ? [] : [{ ip, protocol: field.get('protocol').text() ?? 'TCP', port }]
  })

/** What decides where a pod of this spec may run. */
export const toNeeds = (spec: Field, labels: Labels): Needs => {
  const affinity = spec.get('affinity')
  const terms = (kind: string): readonly PodTerm[] =>
    affinity.get(kind).get(REQUIRED).items().map((term) => toPodTerm(term, labels))
  const strict = spec.get('topologySpreadConstraints').items()
    .filter((each) => each.get('whenUnsatisfiable').text() === 'DoNotSchedule')
  const onHostNetwork = spec.get('hostNetwork').flag()
  const sidecars = spec.get('initContainers').items().filter((container) => container.get('restartPolicy').text() === 'Always')
  return {
    requests: toRequests(spec),
    nodeSelector: spec.get('nodeSelector').labels(),
    nodeTerms: toNodeTerms(affinity.get('nodeAffinity').get(REQUIRED)),
    tolerations: spec.get('tolerations').items().map(toToleration),
    near: terms('podAffinity'),
    apart: terms('podAntiAffinity'),
    spread: strict.map((each) => toSpread(each, labels)),
    hostPorts: [...spec.get('containers').items(), ...sidecars].flatMap((container) => toHostPorts(container, onHostNetwork)),
  }
}
