import type { NodeRule } from '../node-rule.ts'

/** It comes and goes with its one pod. */
export const fargateNode: NodeRule = ({ labels }) =>
  labels['eks.amazonaws.com/compute-type'] === 'fargate'
    ? { reason: 'a Fargate node: it leaves with its pod', isPlace: false }
    : undefined
