import { createHash } from 'node:crypto'
import type { Dice } from '../../dice.ts'
import type { KubernetesObject, ObjectMeta, OwnerReference } from '../kubernetes-object.ts'
import type { PodTemplate } from '../resources.ts'

/** The reference by which an object says who controls it. */
export const controlledBy = ({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

// Kubernetes' own alphabet: no vowels, so that no word appears by chance.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Five letters drawn for a key, as at the end of a pod's name. */
export const randomSuffix = (dice: Dice, ...key: readonly (string | number)[]): string => {
  let rest = Math.floor(dice(0, alphabet.length ** 5, ...key))
  return Array.from({ length: 5 }, () => {
    const letter = alphabet[rest % alphabet.length] ?? ''
    rest = Math.floor(rest / alphabet.length)
    return letter
  }).join('')
}

// Stored templates are frozen and stay the same object through every change of status.
const hashes = new WeakMap<object, string>()

/** Ten letters that stand for a template: the same template, the same hash. */
export const templateHash = (template: PodTemplate): string => {
  const known = hashes.get(template)
  if (known !== undefined) return known
  const hash = hashOf(template)
  if (Object.isFrozen(template)) hashes.set(template, hash)
  return hash
}

const hashOf = (template: PodTemplate): string => {
  const digest = createHash('sha256').update(JSON.stringify(sortedKeys(template))).digest()
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

// A rewritten template with its fields in another order is the same template.
const sortedKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => sortedKeys(item))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sortedKeys(part)]))
}

/** A pod of `owner` made from a template; `labels` come on top of the template's. */
export const podOf = (
  owner: KubernetesObject,
  template: PodTemplate,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): KubernetesObject & { readonly spec: PodTemplate['spec'] } => {
  const metadata: ObjectMeta = {
    name,
    namespace: owner.metadata.namespace ?? '',
    labels: { ...template.metadata?.labels, ...labels },
    ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
    ownerReferences: [controlledBy(owner)],
  }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }
}

/** The replica counts as the API writes them: a zero is left out. */
export const counts = (numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0))
