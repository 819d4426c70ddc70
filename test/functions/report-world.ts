import { onTestFinished } from 'vitest'
import { dynamodbLedgers } from '../../lib/adapters/dynamodb/dynamodb-ledgers.ts'
import { dynamodbSendings } from '../../lib/adapters/dynamodb/dynamodb-sendings.ts'
import { sesMail } from '../../lib/adapters/ses/ses-mail.ts'
import { ssmLinkKeys } from '../../lib/adapters/ssm/ssm-link-keys.ts'
import type { Fleet } from '../../lib/domain/fleet.ts'
import type { ReportTerms } from '../../lib/domain/report/sending.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { HistoryEntry } from '../../lib/domain/history.ts'
import type { Ledgers, Registry, Sendings } from '../../lib/ports.ts'
import { createCloud, type CloudOptions, type SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { environmentVariables, LINK_KEY, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { report, type ReportWorld } from '../../lib/use-cases/report.ts'
import { ledgerCsv } from '../../lib/views/mail/ledger-csv.ts'
import { reportMail } from '../../lib/views/mail/report-mail.ts'
import { type Meddler, testTable } from '../adapters/dynamodb/start-table.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'

/** The fleet's table behind its wire protocol, SES behind its own, and `report` between them. */
export interface MailRoom {
  readonly registry: Registry
  readonly ledgers: Ledgers
  readonly sendings: Sendings
  readonly cloud: SimulatedCloud
  readonly warnings: readonly string[]
  meddle(meddler: Meddler | undefined): void
  /** Runs `report` at an instant. */
  runAt(at: Instant): Promise<number>
  history(name: string): Promise<readonly HistoryEntry[]>
}

/** A fleet with these reports, of us-dev (shop, pay) and eu-dev (shop, pay), in Paris. Its links are signed where `faults` name parameters. */
export const mailRoom = async (start: Instant, reports: readonly ReportTerms[], faults: Partial<CloudOptions> = {}, fleet: Partial<Fleet> = {}): Promise<MailRoom> => {
  const { registry, client, meddle } = await testTable()
  const cloud = await createCloud({ timeline: new Timeline(start), dice: dice(1), clusters: [], prices: () => undefined, ...faults })
  onTestFinished(() => cloud.close())
  const { AWS_ENDPOINT_URL_DYNAMODB: _tested, ...variables } = environmentVariables(cloud.url, '')
  Object.assign(process.env, variables)
  const clusters = ['eu-dev', 'us-dev']
  await registry.putFleet({ mode: 'act', timezone: 'Europe/Paris', holidays: [], protect: [], clusters, dueShards: 1, reports, ...fleet })
  await Promise.all(clusters.flatMap((name) => [
    registry.putCluster({ name, arn: `arn:aws:eks:us-east-1:111122223333:cluster/${name}`, whole: false }, 1),
    ...['shop', 'pay'].map((own) => {
      const wake = { hosts: [`${own}.${name}.example.com`], by: 'click', stayAwakeSeconds: 7200 } as const
      return registry.createEnvironment(environmentWith({ id: `${name}/${own}`, cluster: name, name: own, terms: termsWith({ wake }) }), 1)
    }),
  ]))
  let now = start
  const warnings: string[] = []
  const clock = { now: () => now }
  const world: ReportWorld = {
    clock,
    ...(faults.parameters === undefined ? {} : { linkKeys: ssmLinkKeys(LINK_KEY, clock), wakeAddress: 'https://wake.example.com/' }),
    memory: registry,
    ledgers: dynamodbLedgers(client, TABLE),
    sendings: dynamodbSendings(client, TABLE),
    mail: sesMail({ from: 'Catnap <catnap@example.com>' }),
    log: { info: () => {}, warn: (text, fields) => void warnings.push(`${text}: ${String(fields?.['reason'])}`) },
    compose: (told) => reportMail(told.report, ledgerCsv(told.pools)),
  }
  return {
    registry, cloud, warnings, meddle,
    ledgers: world.ledgers as Ledgers,
    sendings: world.sendings,
    runAt: (at) => {
      now = at
      return report(world)
    },
    history: (name) => registry.history(`report/${name}`),
  }
}
