import { pausedKind } from './paused-kind.ts'

export const SCALED_OBJECT = pausedKind('ScaledObject', { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects' })
