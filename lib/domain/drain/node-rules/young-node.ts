import { secondsBetween } from '../../time.ts'
import type { NodeRule } from '../node-rule.ts'

/** What a node was started for may still be on its way (Cluster Autoscaler waits as long). */
const YOUNGEST_SECONDS = 10 * 60

/** It has just come. */
export const youngNode: NodeRule = ({ createdAt }, now) =>
  secondsBetween(createdAt, now) < YOUNGEST_SECONDS ? { reason: 'younger than 10 minutes', isPlace: true } : undefined
