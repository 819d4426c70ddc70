import { type Instant, instant, iso } from '../../../domain/time.ts'
import type { Cancel } from '../../timeline.ts'
import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { type CronSchedule, parseCron } from '../cron-schedule.ts'
import { deleteObject } from '../deletion.ts'
import { type ObjectChange, keyOf } from '../kubernetes-object.ts'
import type { CronJob, Job } from '../resources.ts'
import { isJobFinished } from './job-controller.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { controlledBy } from './owned-object.ts'

// Its own status is written by this controller alone, and of a Job only the end matters.
const isNews = ({ type, object, previous }: ObjectChange): boolean => {
  if (type !== 'MODIFIED' || previous === undefined) return true
  if (object.kind === 'CronJob') return previous.spec !== object.spec
  return object.kind === 'Job' && isJobFinished(object as Job) !== isJobFinished(previous as Job)
}

const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

/** The last due time in (after, until]. */
const lastDue = (schedule: CronSchedule, after: Instant, until: Instant): Instant | undefined => {
  let last: Instant | undefined
  for (let due = schedule.next(after); due !== undefined && due <= until; due = schedule.next(due)) last = due
  return last
}

const isComplete = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Complete' && value === 'True') === true

/**
 * Starts Jobs when they are due. As the real controller does, a CronJob that is resumed after a suspension starts the
 * last run it missed at once, unless its starting deadline is over.
 */
export const cronJobController = (context: ClusterContext): Controller => {
  const { store, timeline } = context
  const alarms = new Map<string, Cancel>()
  const schedules = new Map<string, CronSchedule>()

  const scheduleOf = ({ spec }: CronJob): CronSchedule | undefined => {
    const zone = spec.timeZone ?? 'Etc/UTC'
    const known = schedules.get(`${spec.schedule}\0${zone}`)
    if (known !== undefined) return known
    const parsed = parseCron(spec.schedule, zone)
    if ('error' in parsed) return undefined
    schedules.set(`${spec.schedule}\0${zone}`, parsed)
    return parsed
  }

  const jobsOf = (cron: CronJob): readonly Job[] =>
    store.controlled('Job', cron).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))

  const startJob = (cron: CronJob, due: Instant): void => {
    const { name, namespace } = cron.metadata
    const { jobTemplate } = cron.spec
    const jobName = `${name}-${Math.floor(due / 60_000)}`
    if (store.get('Job', jobName, namespace) !== undefined) return
    createObject(store, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: jobName,
        namespace: namespace ?? '',
        labels: { ...jobTemplate.metadata?.labels },
        annotations: { ...jobTemplate.metadata?.annotations, [scheduledAnnotation]: iso(due) },
        ownerReferences: [controlledBy(cron)],
      },
      spec: jobTemplate.spec,
    })
  }

  /** Starts what is due; answers the time that counts as run, if one does. */
  const runDue = (cron: CronJob, schedule: CronSchedule): Instant | undefined => {
    const { spec, status, metadata } = cron
    const now = timeline.now()
    const deadline = spec.startingDeadlineSeconds
    const since = instant(status?.lastScheduleTime ?? metadata.creationTimestamp ?? iso(now))
    const earliest = deadline === undefined ? since : (Math.max(since, now - deadline * 1000) as Instant)
    const due = lastDue(schedule, earliest, now)
    if (due === undefined) return undefined
    const running = jobsOf(cron).filter((job) => !isJobFinished(job))
    if (spec.concurrencyPolicy === 'Forbid' && running.length > 0) return undefined
    if (spec.concurrencyPolicy === 'Replace') {
      for (const job of running) deleteObject(store, timeline, job, { propagationPolicy: 'Background' })
    }
    startJob(cron, due)
    return due
  }

  const forgetOld = (cron: CronJob): void => {
    const finished = jobsOf(cron).filter((job) => isJobFinished(job)).toReversed()
    const surplus = [
      ...finished.filter((job) => isComplete(job)).slice(cron.spec.successfulJobsHistoryLimit),
      ...finished.filter((job) => !isComplete(job)).slice(cron.spec.failedJobsHistoryLimit),
    ]
    for (const job of surplus) deleteObject(store, timeline, job, { propagationPolicy: 'Background' })
  }

  const writeStatus = (cron: CronJob, ran: Instant | undefined): void => {
    const jobs = jobsOf(cron)
    const active = jobs
      .filter((job) => !isJobFinished(job))
      .map(({ apiVersion, kind, metadata }) => ({
        apiVersion,
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
        resourceVersion: metadata.resourceVersion,
      }))
    const lastScheduleTime = ran === undefined ? cron.status?.lastScheduleTime : iso(ran)
    const lastSuccess = jobs.map(({ status }) => status?.completionTime).filter((at) => at !== undefined).sort().at(-1)
    const lastSuccessfulTime = lastSuccess ?? cron.status?.lastSuccessfulTime
    const status = {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    }
    store.update(cron, { ...cron, status }, 'status')
  }

  const setAlarm = (key: string, schedule: CronSchedule, isSuspended: boolean): void => {
    alarms.get(key)?.()
    alarms.delete(key)
    const next = isSuspended ? undefined : schedule.next(timeline.now())
    if (next !== undefined) alarms.set(key, timeline.at(next, () => sync(key)))
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const cron = store.get('CronJob', name, namespace)
    const schedule = cron === undefined ? undefined : scheduleOf(cron)
    if (cron === undefined || schedule === undefined || cron.metadata.deletionTimestamp !== undefined) {
      alarms.get(key)?.()
      alarms.delete(key)
      return
    }
    const ran = cron.spec.suspend ? undefined : runDue(cron, schedule)
    forgetOld(cron)
    writeStatus(cron, ran)
    setAlarm(key, schedule, cron.spec.suspend)
  }

  const keys = selfOrOwner('CronJob')
  const controller = keyedController({
    context,
    sync,
    keys: (change) => (isNews(change) ? keys(change) : []),
  })
  return {
    observe: (change) => {
      if (change.type === 'DELETED' && change.object.kind === 'CronJob') alarms.get(keyOf(change.object))?.()
      controller.observe(change)
    },
    close: () => {
      for (const cancel of alarms.values()) cancel()
      controller.close()
    },
  }
}
