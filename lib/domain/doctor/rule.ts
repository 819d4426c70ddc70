import type { Checkup } from './checkup.ts'
import type { Finding } from './finding.ts'

/** What a rule finds: all but its own name and the cluster's. */
export type Found = Omit<Finding, 'rule' | 'cluster'>

/** One rule of the doctor: pure, over one cluster. */
export type Rule = (checkup: Checkup) => readonly Found[]
