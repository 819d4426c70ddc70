import { isDeepEqual } from '../is-deep-equal.ts'
import { type Instant, secondsBetween } from '../time.ts'
import { objectKey } from '../workload.ts'
import type { ContainerRecord } from './container-record.ts'
import { takeSamples, type UsageInterval } from './take-samples.ts'

/** One container as a look showed it: what its spec says, and what its pods used. */
export interface ContainerLook extends Omit<ContainerRecord, 'environment' | 'usage'>, Pick<UsageInterval, 'samples' | 'unreadable' | 'kills'> {}

/** In which environment, when, and since when that is awake. */
export interface LookAt {
  readonly environment: string
  readonly at: Instant
  readonly awakeSince: Instant
}

/** What a look came to. */
export interface Observed {
  readonly record: ContainerRecord
  /** Whether it says anything the record before did not. */
  readonly changed: boolean
  /** Samples that were not taken, each with its reason. */
  readonly refused: readonly { readonly reason: string; readonly text: string }[]
}

/** The record of a container after a look. The same look taken twice changes nothing. */
export const observeContainer = (before: ContainerRecord | undefined, look: ContainerLook, { environment, at, awakeSince }: LookAt): Observed => {
  const { samples, unreadable, kills, ...spec } = look
  const { usage, refused } = takeSamples(before?.usage, {
    at, environmentAwakeSince: awakeSince, samples, ...(unreadable === undefined ? {} : { unreadable }), ...(kills === undefined ? {} : { kills }),
  })
  const record: ContainerRecord = { ...spec, environment, ...(usage === undefined ? {} : { usage }) }
  return { record, changed: !isDeepEqual(record, before), refused }
}

/** A container of a workload by its name within its environment: `Deployment/shop/web/main`. */
export const containerKey = ({ workload, name }: Pick<ContainerRecord, 'workload' | 'name'>): string => `${objectKey(workload)}/${name}`

/** A workload that is deleted and made again, or renamed there and back, is there within a day. */
const GONE_SECONDS = 86_400

/** The records of containers that a look at all of their environment's namespaces has not shown, nor any for a day. */
export const goneContainers = (records: readonly ContainerRecord[], seen: ReadonlySet<string>, at: Instant): readonly ContainerRecord[] =>
  records.filter((record) => !seen.has(containerKey(record)) && (record.usage === undefined || secondsBetween(record.usage.lastAt, at) > GONE_SECONDS))
