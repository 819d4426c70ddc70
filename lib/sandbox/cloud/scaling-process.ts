import { AwsError } from './aws-error.ts'

/** What an Auto Scaling group does by itself, by the names that suspend it. */
const scalingProcesses: readonly string[] = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
]

/** The processes a request means: those it names, or all. Throws ValidationError for one AWS does not know. */
export const processesMeant = (names: readonly string[]): readonly string[] => {
  const unknown = names.find((name) => !scalingProcesses.includes(name))
  if (unknown !== undefined) {
    const valid = scalingProcesses.join(', ')
    throw new AwsError(400, 'ValidationError', `Invalid process name: ${unknown}. Valid process names: [${valid}]`)
  }
  return names.length === 0 ? scalingProcesses : names
}
