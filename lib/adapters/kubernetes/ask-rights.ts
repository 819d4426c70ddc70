import pMap from 'p-map'
import type { Asker, MissingRight, RightsAnswer } from '../../domain/doctor/checkup.ts'
import type { ClusterRight, Verb } from '../../domain/rights/cluster-right.ts'
import { CATNAP_GROUP } from '../../domain/rights/manifest.ts'
import { instant } from '../../domain/time.ts'
import { type ClusterApi, isForbidden, reading } from './cluster-api.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

/** Questions asked at once. */
const AT_ONCE = 8

/** Who the caller is to the API server, and what time it is there. Every authenticated user may ask. */
export const askWhoIAm = async (api: ClusterApi): Promise<Asker> => {
  const answer = await review(api, 'who is asking', { group: 'authentication.k8s.io', plural: 'selfsubjectreviews', kind: 'SelfSubjectReview' }, {})
  const userInfo = fieldsIn(fieldsIn(answer['status'])['userInfo'])
  const at = textIn(fieldsIn(answer['metadata'])['creationTimestamp'])
  return {
    user: textIn(userInfo['username']) ?? 'unknown',
    groups: listIn(userInfo['groups']).flatMap((group) => textIn(group) ?? []),
    ...(at === undefined ? {} : { at: instant(at) }),
  }
}

/** Whether somebody may do something: who is in the question. */
type Ask = (attributes: Fields) => Promise<boolean>

/**
 * Which of these rights are missing. A member of Catnap's group asks for itself; whoever may ask for others asks for the
 * group; anybody else learns of their own rights only, and the answer says so.
 */
export const askRights = async (api: ClusterApi, asker: Asker, rights: readonly ClusterRight[], namespaces: readonly string[]): Promise<RightsAnswer> => {
  if (asker.groups.includes(CATNAP_GROUP)) return { of: 'catnap', missing: await missingOf(askForSelf(api), rights, namespaces) }
  try {
    return { of: 'catnap', missing: await missingOf(askForGroup(api), rights, namespaces) }
  } catch (error) {
    if (!isForbidden(error)) throw error
    return { of: 'asker', missing: await missingOf(askForSelf(api), rights, namespaces) }
  }
}

const askForSelf = (api: ClusterApi): Ask => (resourceAttributes) =>
  askWhether(api, { group: 'authorization.k8s.io', plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' }, { resourceAttributes })

const askForGroup = (api: ClusterApi): Ask => (resourceAttributes) =>
  askWhether(api, { group: 'authorization.k8s.io', plural: 'subjectaccessreviews', kind: 'SubjectAccessReview' }, { resourceAttributes, groups: [CATNAP_GROUP, 'system:authenticated'] })

const askWhether = async (api: ClusterApi, of: Review, spec: Fields): Promise<boolean> =>
  fieldsIn((await review(api, 'whether something is allowed', of, spec))['status'])['allowed'] === true

/** One of the namespaces of the cluster's own workloads stands for all. */
const SYSTEM = ['kube-system']

/** In the cluster as a whole; what is asked in environments only is also enough in each of their namespaces. */
const missingOf = async (ask: Ask, rights: readonly ClusterRight[], namespaces: readonly string[]): Promise<readonly MissingRight[]> => {
  const questions = rights.flatMap((right) => right.verbs.map((verb) => ({ right, verb })))
  return (await pMap(questions, async ({ right, verb }): Promise<readonly MissingRight[]> => {
    const attributes = attributesOf(right, verb)
    if (await ask(attributes)) return []
    if (right.scope === 'cluster') return [{ right, verb }]
    const refused = await pMap(right.scope === 'system' ? SYSTEM : namespaces, async (namespace) => ((await ask({ ...attributes, namespace })) ? [] : [namespace]), { concurrency: 2 })
    return refused.flat().length === 0 ? [] : [{ right, verb, namespaces: refused.flat() }]
  }, { concurrency: AT_ONCE })).flat()
}

const attributesOf = ({ apiGroup, resource, writes }: ClusterRight, verb: Verb): Fields => {
  const [plural, subresource] = resource.split('/')
  const [name] = writes?.names ?? []
  return { verb, group: apiGroup, resource: plural, ...(subresource === undefined ? {} : { subresource }), ...(name === undefined || verb === 'list' || verb === 'create' ? {} : { name }) }
}

interface Review {
  readonly group: string
  readonly plural: string
  readonly kind: string
}

/** A question is a POST that writes nothing. */
const review = async (api: ClusterApi, what: string, { group, plural, kind }: Review, spec: Fields): Promise<Fields> =>
  fieldsIn(await reading(`ask ${what}`, () =>
    api.custom.createClusterCustomObject({ group, version: 'v1', plural, body: { apiVersion: `${group}/v1`, kind, ...(Object.keys(spec).length === 0 ? {} : { spec }) } })))
