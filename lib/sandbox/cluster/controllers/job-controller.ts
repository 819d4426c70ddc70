import { instant } from '../../../domain/time.ts'
import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { deleteObject } from '../deletion.ts'
import { isActive, isReady, withCondition } from '../pod-state.ts'
import type { Job, Pod } from '../resources.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { counts, podOf, randomSuffix } from './owned-object.ts'

/** Whether the Job came to its end, well or badly. */
export const isJobFinished = ({ status }: Job): boolean =>
  status?.conditions?.some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  ) === true

/** Runs the pods of Jobs until enough of them succeeded. */
export const jobController = (context: ClusterContext): Controller => {
  const { store, timeline, dice } = context
  const made = new Map<string, number>()

  const createPod = (job: Job): void => {
    const uid = job.metadata.uid ?? ''
    const serial = made.get(uid) ?? 0
    made.set(uid, serial + 1)
    const name = `${job.metadata.name}-${randomSuffix(dice, 'job', context.name, uid, serial)}`
    if (store.get('Pod', name, job.metadata.namespace) !== undefined) return createPod(job)
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': job.metadata.name,
      'controller-uid': uid,
      'job-name': job.metadata.name,
    }
    createObject(store, podOf(job, job.spec.template, name, labels))
  }

  const manage = (job: Job, pods: readonly Pod[]): void => {
    const active = pods.filter((pod) => isActive(pod))
    const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length
    const wanted = job.spec.suspend === true ? 0 : Math.min(job.spec.parallelism, job.spec.completions - succeeded)
    for (let count = active.length; count < wanted; count += 1) createPod(job)
    const surplus = active.toSorted((a, b) => (a.metadata.name < b.metadata.name ? 1 : -1))
    for (const pod of surplus.slice(0, Math.max(0, active.length - wanted))) deleteObject(store, timeline, pod)
  }

  const conditionsOf = (job: Job, isComplete: boolean) => {
    const now = store.timestamp()
    let conditions = job.status?.conditions
    const isSuspended = job.spec.suspend === true
    if (isSuspended || conditions?.some(({ type }) => type === 'Suspended') === true) {
      const reason = isSuspended ? 'JobSuspended' : 'JobResumed'
      conditions = withCondition(conditions, { type: 'Suspended', status: isSuspended ? 'True' : 'False', reason }, now)
    }
    if (!isComplete) return conditions
    const reason = 'CompletionsReached'
    const met = withCondition(conditions, { type: 'SuccessCriteriaMet', status: 'True', reason }, now)
    return withCondition(met, { type: 'Complete', status: 'True', reason }, now)
  }

  const writeStatus = (job: Job): void => {
    const pods = store.controlled('Pod', job)
    const active = pods.filter((pod) => isActive(pod))
    const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length
    const isComplete = succeeded >= job.spec.completions && job.spec.suspend !== true
    const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : store.timestamp())
    const conditions = conditionsOf(job, isComplete)
    const status = {
      ...(conditions === undefined ? {} : { conditions }),
      ...(startTime === undefined ? {} : { startTime }),
      ...(isComplete ? { completionTime: store.timestamp() } : {}),
      ...counts({ active: active.length, succeeded }),
      ready: active.filter((pod) => isReady(pod)).length,
      terminating: 0,
      uncountedTerminatedPods: {},
    }
    store.update(job, { ...job, status }, 'status')
  }

  const expire = (job: Job): void => {
    const { ttlSecondsAfterFinished } = job.spec
    const finishedAt = job.status?.completionTime
    if (ttlSecondsAfterFinished === undefined || finishedAt === undefined) return
    const elapsedSeconds = (timeline.now() - instant(finishedAt)) / 1000
    timeline.after(ttlSecondsAfterFinished - elapsedSeconds, () => {
      const still = store.get('Job', job.metadata.name, job.metadata.namespace)
      if (still?.metadata.uid === job.metadata.uid && still !== undefined) {
        deleteObject(store, timeline, still, { propagationPolicy: 'Background' })
      }
    })
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const job = store.get('Job', name, namespace)
    if (job === undefined || isJobFinished(job)) return
    if (job.metadata.deletionTimestamp === undefined) manage(job, store.controlled('Pod', job))
    writeStatus(job)
    const after = store.get('Job', name, namespace)
    if (after !== undefined && isJobFinished(after)) expire(after)
  }

  const keys = selfOrOwner('Job')
  return keyedController({
    context,
    sync,
    keys: (change) => {
      if (change.type === 'DELETED' && change.object.kind === 'Job') made.delete(change.object.metadata.uid ?? '')
      return keys(change)
    },
  })
}
