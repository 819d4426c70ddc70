import { suspendedKind } from './suspended-kind.ts'

/** A Flux HelmRelease. */
export const HELM_RELEASE = suspendedKind('HelmRelease', 'owner', { group: 'helm.toolkit.fluxcd.io', version: 'v2', plural: 'helmreleases' }, true)
