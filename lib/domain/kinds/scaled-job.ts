import { pausedKind } from './paused-kind.ts'

export const SCALED_JOB = pausedKind('ScaledJob', { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledjobs' })
