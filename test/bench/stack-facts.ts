import { alarmMetrics, ofType, synthesize } from '../infra/synthesized.ts'

/** What is deployed and billed whether or not anything happens, read from the templates. */
export interface StackFacts {
  readonly hubAlarmMetrics: number
  readonly spokeAlarmMetrics: number
  readonly spokeQueuesPolled: number
  /** By function name without `catnap-`. */
  readonly memoryMiB: Readonly<Record<string, number>>
}

/** Reads the templates of one hub and one spoke. */
export const readStackFacts = (): StackFacts => {
  const [hub, spoke] = synthesize()
  if (hub === undefined || spoke === undefined) throw new Error('the CDK app made fewer stacks than expected: found no hub or no spoke, expected both; see infra/catnap-app.ts')
  const functions = [hub, spoke].flatMap((stack) => ofType(stack, 'AWS::Lambda::Function'))
  return {
    hubAlarmMetrics: alarmMetrics(hub),
    spokeAlarmMetrics: alarmMetrics(spoke),
    spokeQueuesPolled: ofType(spoke, 'AWS::Lambda::EventSourceMapping').length,
    memoryMiB: Object.fromEntries(functions.map(({ FunctionName, MemorySize }) => [String(FunctionName).replace('catnap-', ''), Number(MemorySize)])),
  }
}
