import { scaledKind } from './scaled-kind.ts'

export const STATEFUL_SET = scaledKind('StatefulSet', { group: 'apps', version: 'v1', plural: 'statefulsets', path: ['spec', 'replicas'] }, false)
