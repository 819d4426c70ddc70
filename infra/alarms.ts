import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

interface AlarmCondition {
  readonly metric: IMetric
  /** The alarm goes off at this value and above; `below` turns it round. */
  readonly atLeast?: number
  readonly below?: number
  /** How many periods of the metric are looked at, and how many of them must be bad. Default 1 of 1. */
  readonly periods?: number
  readonly bad?: number
  /** What no data means. Default: nothing happened, which is fine. */
  readonly silence?: 'fine' | 'bad'
  /** What is wrong and what to do next, in the words of the mail. */
  readonly says: string
}

/** One topic for all alarms of a stack. Subscribe an address to it: an alarm nobody hears is a silent failure. */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { topicName }: { readonly topicName: string }) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { topicName, enforceSSL: true })
    // A topic with a policy of its own no longer admits the account's alarms by itself.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
  }

  /** Alarms when the condition holds, and tells again when it is over. */
  when(name: string, condition: AlarmCondition): void {
    const { metric, atLeast, below, periods = 1, bad = periods, silence = 'fine', says } = condition
    const alarm = new Alarm(this, name, {
      alarmName: `catnap-${name}`,
      alarmDescription: says,
      metric,
      threshold: below ?? atLeast ?? 1,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: bad,
      treatMissingData: silence === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
    const tell = new SnsAction(this.topic)
    alarm.addAlarmAction(tell)
    alarm.addOkAction(tell)
  }
}

/** The period of most of Catnap's alarms: five minutes. */
export const alarmPeriod = Duration.minutes(5)
