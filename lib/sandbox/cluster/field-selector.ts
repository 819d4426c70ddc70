import { badRequest } from './api-error.ts'
import type { KindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Node, Pod } from './resources.ts'

type FieldOf = (object: KubernetesObject) => string

const pod = (read: (object: Pod) => string | undefined): FieldOf => (object) => read(object as Pod) ?? ''

const fieldsOfAll: Readonly<Record<string, FieldOf>> = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
}

const fieldText = (object: KubernetesObject, field: string): string => {
  const value: unknown = Reflect.get(object, field)
  return typeof value === 'string' ? value : ''
}

// The fields each kind can be selected by, as the API server registers them.
const fieldsOf: Readonly<Record<string, Readonly<Record<string, FieldOf>>>> = {
  Pod: {
    'spec.nodeName': pod(({ spec }) => spec.nodeName),
    'spec.restartPolicy': pod(({ spec }) => spec.restartPolicy),
    'spec.serviceAccountName': pod(({ spec }) => spec.serviceAccountName),
    'status.phase': pod(({ status }) => status?.phase),
  },
  Node: { 'spec.unschedulable': (object) => String((object as Node).spec?.unschedulable ?? false) },
  Event: {
    type: (object) => fieldText(object, 'type'),
    reason: (object) => fieldText(object, 'reason'),
  },
  Namespace: { 'status.phase': (object) => String((object as Pod).status?.phase ?? '') },
}

/** Reads the `fieldSelector` of a query for a kind. Throws the 400 of a field the kind cannot be selected by. */
export const parseFieldSelector = (row: KindRow, text: string): ((object: KubernetesObject) => boolean) => {
  const requirements = text
    .split(',')
    .filter((requirement) => requirement !== '')
    .map((requirement) => {
      const [, field = '', operator, value = ''] = /^(.+?)(!=|==|=)(.*)$/.exec(requirement) ?? []
      if (operator === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${requirement}'`)
      const read = fieldsOf[row.kind]?.[field] ?? fieldsOfAll[field]
      if (read === undefined) throw badRequest(`field label not supported: ${field}`)
      return (object: KubernetesObject) => (read(object) === value) === (operator !== '!=')
    })
  return (object) => requirements.every((holds) => holds(object))
}
