import { canonical } from './canonical.ts'
import { isJsonObject } from './cluster/json.ts'
import type { Sandbox } from './sandbox.ts'

// The part of the independent checker that looks at what leads hosts to environments. Like the rest of it, it knows the
// annotations, the tags and the table's items from docs/safety.md alone, and shares no code with the engine.

/** Specs of all Ingresses, as JSON, by `cluster/Ingress/namespace/name`. */
export type FirstIngresses = ReadonlyMap<string, string>

/** Takes the picture the Ingresses are compared with later. */
export const firstIngresses = (sandbox: Sandbox): FirstIngresses => new Map(ingresses(sandbox).map(({ key, spec }) => [key, spec]))

/** What the table holds of fronts: the text of an original by `environment|key`. */
export type FrontItems = ReadonlyMap<string, string>

/** While things sleep: what leads elsewhere than before has its original on itself and in the table. One line for each that has not. */
export const lostFronts = (sandbox: Sandbox, first: FirstIngresses, table: FrontItems): readonly string[] => [
  ...ingresses(sandbox).flatMap(({ key, spec, annotations }) => {
    const was = first.get(key)
    if (was === undefined || was === spec) return []
    const [, ...objectKey] = key.split('/')
    const places = { object: annotations['catnap.dev/original-backends'], table: table.get(`${annotations['catnap.dev/environment']}|${objectKey.join('/')}`) }
    const lost = Object.entries(places).filter(([, text]) => !backendsIn(text).every((backend) => was.includes(backend))).map(([place]) => place)
    return lost.length === 0 ? [] : [`${key}: its backends are lost in the ${lost.join(' and the ')}`]
  }),
  ...rules(sandbox).flatMap(({ arn, leadsToWake, tags }) => {
    if (!leadsToWake) return []
    const tag = tags.get('catnap.dev/original')
    const isInTable = table.get(`${tags.get('catnap.dev/environment')}|Rule/${arn}`)?.includes(tag ?? '?') === true
    const lost = [...(tag?.includes(':targetgroup/') === true && !tag.includes('/catnap-wake/') ? [] : ['tag']), ...(isInTable ? [] : ['table'])]
    return lost.length === 0 ? [] : [`rule ${arn}: the target group it led to is lost in the ${lost.join(' and the ')}`]
  }),
]

/** When everything is awake again: hosts lead where they led. One line for each difference. */
export const frontDifferences = (sandbox: Sandbox, first: FirstIngresses, table: FrontItems): readonly string[] => [
  ...ingresses(sandbox).flatMap(({ key, spec, annotations }) => {
    const marks = Object.keys(annotations).filter((annotation) => /catnap/.test(annotation))
    return [
      ...(first.get(key) === spec ? [] : [`${key}: spec is ${spec}, was ${first.get(key)}`]),
      ...(marks.length === 0 ? [] : [`${key} still carries ${marks.join(', ')}`]),
    ]
  }),
  ...rules(sandbox).flatMap(({ arn, leadsTo, tags }) => {
    const before = tags.get('catnap.dev/original')
    return leadsTo === before ? [] : [`rule ${arn} leads to ${leadsTo}, led to ${before}`]
  }),
  ...[...sandbox.clusters].flatMap(([name, cluster]) => cluster.list('v1', 'Service').flatMap(({ metadata }) =>
    (metadata.name === 'catnap-wake' ? [`${name}/Service/${metadata.namespace}/catnap-wake is still there`] : []))),
  ...[...table.keys()].map((key) => `the table still holds an original of ${key}`),
]

const ingresses = ({ clusters }: Sandbox) =>
  [...clusters].flatMap(([cluster, simulated]) => simulated.list('networking.k8s.io/v1', 'Ingress').map(({ metadata, spec }) => ({
    key: `${cluster}/Ingress/${metadata.namespace}/${metadata.name}`,
    spec: canonical(spec),
    annotations: metadata.annotations ?? {},
  })))

const rules = ({ cloud: { balancers } }: Sandbox) =>
  balancers.listenerArns.flatMap((listener) => balancers.rulesOf(listener)).filter(({ priority }) => priority !== undefined).map(({ arn, forward, tags }) => {
    const leadsTo = forward.find(({ weight }) => weight > 0)?.targetGroupArn
    return { arn, tags, leadsTo, leadsToWake: leadsTo !== undefined && balancers.wakeTargetGroupArns.includes(leadsTo) }
  })

/** The backends an original holds, each as JSON; of none at all, one that is in no spec. */
const backendsIn = (text = '{}'): readonly string[] => {
  const { backends } = JSON.parse(text) as { readonly backends?: unknown }
  const found = Array.isArray(backends) ? backends.filter(isJsonObject).map(({ backend }) => canonical(backend)) : []
  return found.length === 0 ? ['nothing'] : found
}
