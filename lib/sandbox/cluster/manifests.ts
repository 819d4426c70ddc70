import { parseAllDocuments } from 'yaml'
import { isJsonObject } from './json.ts'
import { kindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

const isObject = (value: unknown): value is KubernetesObject =>
  isJsonObject(value) &&
  typeof value.apiVersion === 'string' &&
  typeof value.kind === 'string' &&
  isJsonObject(value.metadata) &&
  typeof value.metadata.name === 'string'

const flatten = (value: unknown): readonly unknown[] =>
  isJsonObject(value) && value.kind === 'List' && Array.isArray(value.items) ? value.items : [value]

/**
 * Reads Kubernetes manifests: YAML of several documents, `List`s opened. Throws a TypeError that names the document
 * that is broken, is no Kubernetes object, or is of a kind the simulated cluster does not serve.
 */
export const loadManifests = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text).flatMap((document, index) => {
    const [mistake] = document.errors
    if (mistake !== undefined) {
      throw new TypeError(`manifest ${index + 1} is not YAML: ${mistake.message}`, { cause: mistake })
    }
    const value: unknown = document.toJS()
    if (value === null) return []
    return flatten(value).map((object) => {
      if (!isObject(object)) {
        throw new TypeError(
          `manifest ${index + 1} is no Kubernetes object: expected apiVersion, kind and metadata.name, ` +
            `found ${JSON.stringify(object).slice(0, 80)}`,
        )
      }
      if (kindRow(object.kind) === undefined) {
        throw new TypeError(
          `manifest ${index + 1}, ${object.kind} ${object.metadata.name}: the simulated cluster does not serve this ` +
            'kind; take it out or add a row to kinds.ts',
        )
      }
      return object
    })
  })
