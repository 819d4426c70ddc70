import { scaledKind } from './scaled-kind.ts'

export const DEPLOYMENT = scaledKind('Deployment', { group: 'apps', version: 'v1', plural: 'deployments', path: ['spec', 'replicas'] }, false)
