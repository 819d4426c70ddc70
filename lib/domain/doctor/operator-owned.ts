import { kindNamed } from '../kinds/kinds.ts'
import type { Workload } from '../workload.ts'
import { type Patient, patientOf, seen, type SeenObject } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** Workloads that an operator's custom resource owns: it puts back what is changed behind its back. */
export const operatorOwned: Rule = (checkup) => {
  const owned = seen(checkup.looks.objects).flatMap((object) => {
    const patient = patientOf(checkup, object.namespace)
    const owner = object.workload?.owner
    // What belongs to a kind Catnap holds, as the HPA of a ScaledObject does, rests with it.
    return patient === undefined || owner === undefined || kindNamed(owner.kind) !== undefined ? [] : [{ object, owner, patient }]
  })
  const byOwner = Map.groupBy(owned, ({ object, owner }) => `${object.namespace}/${owner.apiVersion}/${owner.kind}/${owner.name}`)
  return [...byOwner.values()].flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [findingOf(first.patient, first.owner, all.map(({ object }) => object))]
  })
}

const findingOf = ({ environment }: Patient, { apiVersion, kind, name }: NonNullable<Workload['owner']>, objects: readonly SeenObject[]): Found => {
  const namespace = objects[0]?.namespace ?? ''
  const [group = ''] = apiVersion.split('/')
  return {
    severity: 'hinders',
    environment: environment.id,
    subject: `${kind} ${namespace}/${name}`,
    found: `it owns ${objects.map((object) => `${object.kind} ${namespace}/${object.name}`).join(', ')}`,
    means: 'what an operator owns Catnap does not scale, for the operator would put it back: its pods stay, and with them their nodes',
    advice: `scale or pause ${kind} ${namespace}/${name} itself, as its operator documents; where its CRD has a scale subresource, name the CRD in the intent under sleep.kinds`,
    remedy: `kubectl get crd -o json | jq -r '.items[] | select(.spec.group == "${group}" and .spec.names.kind == "${kind}") | .metadata.name, (.spec.versions[] | select(.subresources.scale) | "scales: " + .name)'`,
  }
}
