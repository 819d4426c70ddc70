import { suspendedKind } from './suspended-kind.ts'

/** A Flux Kustomization. */
export const KUSTOMIZATION = suspendedKind('Kustomization', 'owner', { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' }, true)
