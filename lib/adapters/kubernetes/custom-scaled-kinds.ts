import { type Kind, valueAt } from '../../domain/kinds/kind.ts'
import { scaledKind } from '../../domain/kinds/scaled-kind.ts'
import type { ClusterApi } from './cluster-api.ts'
import { listAll } from './cluster-api.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

/**
 * The kinds the intent names by their CRD (`kafkas.kafka.strimzi.io`): where their objects keep the number of replicas is
 * in the CRD's scale subresource. Read once as long as it lives. Throws an Error for one that is not there or does not
 * scale.
 */
export const customScaledKinds = (api: ClusterApi): ((crds: readonly string[]) => Promise<readonly Kind[]>) => {
  const known = new Map<string, Kind>()
  return (crds) => Promise.all(crds.map(async (crd) => {
    const kind = known.get(crd) ?? kindOf(crd, await read(api, crd))
    known.set(crd, kind)
    return kind
  }))
}

const CRDS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' }

/** A list with a field selector: it needs one right, as all other reads do. */
const read = async (api: ClusterApi, crd: string): Promise<Fields> => {
  const [found] = await listAll(`customresourcedefinition ${crd}`, async (page) => {
    const answer = fieldsIn(await api.custom.listClusterCustomObject({ ...CRDS, ...page, fieldSelector: `metadata.name=${crd}` }))
    return { items: listIn(answer['items']).map(fieldsIn), metadata: {} }
  })
  if (found === undefined) throw new Error(`the cluster serves no ${crd}, which the intent names under sleep.kinds: found no such CustomResourceDefinition; take it out of the intent or install it`)
  return found
}

const kindOf = (crd: string, definition: Fields): Kind => {
  const spec = fieldsIn(definition['spec'])
  const names = fieldsIn(spec['names'])
  const [group, plural, kind] = [textIn(spec['group']), textIn(names['plural']), textIn(names['kind'])]
  const version = listIn(spec['versions']).map(fieldsIn).find(({ served, subresources }) => served === true && fieldsIn(subresources)['scale'] !== undefined)
  if (group === undefined || plural === undefined || kind === undefined || version === undefined || spec['scope'] !== 'Namespaced') {
    throw new Error(`${crd}, which the intent names under sleep.kinds, cannot be put to sleep: expected a namespaced kind with a scale subresource, found none`)
  }
  const path = pathOf(valueAt(version, ['subresources', 'scale', 'specReplicasPath']))
  const place = { group, version: textIn(version['name']) ?? '', plural, path }
  return { ...scaledKind(`${kind}.${group}`, place, false), counted: pathOf(valueAt(version, ['subresources', 'scale', 'statusReplicasPath'])) }
}

/** The API server takes only simple paths: `.spec.kafka.replicas`. */
const pathOf = (jsonPath: unknown): readonly string[] => String(jsonPath).split('.').filter((segment) => segment !== '')
