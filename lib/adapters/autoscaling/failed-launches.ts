import { type Activity, type AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling'
import type { Trouble } from '../../domain/missing-nodes.ts'
import type { Instant } from '../../domain/time.ts'

/** Activities asked for: newest first. A group that fails tries again every few minutes, once for each zone. */
const ACTIVITIES = 20

/** Activities that came to nothing. Auto Scaling API: `Activity.StatusCode`. */
const FAILED = new Set<string | undefined>(['Failed', 'Cancelled'])

/** The instances a group tried to start in vain from an instant on, newest first. */
export const failedLaunches = async (autoScaling: AutoScalingClient, AutoScalingGroupName: string, since: Instant): Promise<readonly Trouble[]> => {
  const { Activities = [] } = await autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: ACTIVITIES }))
  return Activities.filter(({ StatusCode }) => FAILED.has(StatusCode)).map(toTrouble).filter(({ at }) => at >= since)
}

const toTrouble = ({ StartTime, StatusMessage, Description = '', Details }: Activity): Trouble & { readonly at: Instant } => {
  const zone = zoneIn(Details)
  return { at: (StartTime?.getTime() ?? 0) as Instant, text: StatusMessage ?? Description, ...(zone === undefined ? {} : { zone }) }
}

/** The details are JSON for people: `{"Subnet ID": …, "Availability Zone": …}`. What is not read there is not told. */
const zoneIn = (details = ''): string | undefined => /"Availability Zone"\s*:\s*"([^"]+)"/.exec(details)?.[1]
