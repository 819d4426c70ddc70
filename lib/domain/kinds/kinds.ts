import { APPLICATION } from './application.ts'
import { CRON_JOB } from './cron-job.ts'
import { DAEMON_SET } from './daemon-set.ts'
import { DEPLOYMENT } from './deployment.ts'
import { HELM_RELEASE } from './helm-release.ts'
import { HORIZONTAL_POD_AUTOSCALER } from './horizontal-pod-autoscaler.ts'
import type { Kind } from './kind.ts'
import { KUSTOMIZATION } from './kustomization.ts'
import { ROLLOUT } from './rollout.ts'
import { SCALED_JOB } from './scaled-job.ts'
import { SCALED_OBJECT } from './scaled-object.ts'
import { STATEFUL_SET } from './stateful-set.ts'

/** What sleeps in every environment. */
export const USUAL_KINDS: readonly Kind[] = [DEPLOYMENT, STATEFUL_SET, ROLLOUT, CRON_JOB, SCALED_OBJECT, SCALED_JOB, HORIZONTAL_POD_AUTOSCALER]

/** What goes to zero with a whole cluster: DaemonSets go with their nodes, and what starts by the clock waits for one. */
export const SYSTEM_KINDS: readonly Kind[] = [DEPLOYMENT, STATEFUL_SET]

/** What owns the objects of an environment, and would put them back. */
export const OWNER_KINDS: readonly Kind[] = [APPLICATION, KUSTOMIZATION, HELM_RELEASE]

/** All kinds Catnap knows by name; the intent may name others that scale. */
export const KINDS: readonly Kind[] = [...USUAL_KINDS, DAEMON_SET, ...OWNER_KINDS]

/** A kind Catnap knows, by the name objects carry. */
export const kindNamed = (name: string): Kind | undefined => KINDS.find(({ kind }) => kind === name)
