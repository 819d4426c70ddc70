import { type Environment, USUAL_SLEEP } from '../environment.ts'
import { SYSTEM_KINDS } from '../kinds/kinds.ts'
import type { Instant } from '../time.ts'
import type { WholeCluster } from './whole-in.ts'

/** Restored by a person it stays awake so long, whatever its environments do. */
const RESTORED_SECONDS = 2 * 3600

/** Whether a record is that of a cluster as a whole, by what its workloads are. */
export const isWhole = ({ terms }: Pick<Environment, 'terms'>): boolean => terms.system === true

/**
 * The record of a cluster that may sleep to no node at all: an environment of the cluster's own workloads, by the name of
 * the cluster. No hours are its own: it sleeps when all others do (`decideWhole`).
 */
export const wholeRecord = ({ name, arn, namespaces, timezone }: WholeCluster, at: Instant): Environment => ({
  id: name,
  cluster: name,
  clusterArn: arn,
  name,
  terms: {
    system: true,
    namespaces,
    hours: 'never',
    timezone,
    wake: { hosts: [], by: 'off', stayAwakeSeconds: RESTORED_SECONDS, front: 'link' },
    // Owners in its own cluster are found by what they own; none is waited for that is elsewhere.
    managedBy: [],
    sleep: { ...USUAL_SLEEP, jobsSeconds: 0, only: SYSTEM_KINDS.map(({ kind }) => kind) },
  },
  phase: 'awake',
  since: at,
  epoch: 0,
  wakeSeconds: [],
  dueAt: at,
})
