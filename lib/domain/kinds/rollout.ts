import { scaledKind } from './scaled-kind.ts'

/** Argo Rollouts. */
export const ROLLOUT = scaledKind('Rollout', { group: 'argoproj.io', version: 'v1alpha1', plural: 'rollouts', path: ['spec', 'replicas'] }, true)
