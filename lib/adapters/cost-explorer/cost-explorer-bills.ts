import { CostExplorerClient } from '@aws-sdk/client-cost-explorer'
import type { Instant } from '../../domain/time.ts'
import type { Bills } from '../../ports.ts'
import { billedRows } from './billed-rows.ts'
import { readCostPages } from './cost-pages.ts'
import { billedCluster, type Lot, lotsOf, questionsOf } from './cost-questions.ts'

/** Cost Explorer is served from here only. */
const HOME = 'us-east-1'

type Bill = Awaited<ReturnType<Bills['days']>>

/** What AWS says the nodes of clusters cost: Cost Explorer, by the day, two questions for the whole fleet. */
export const costExplorerBills = (): Bills => {
  const client = new CostExplorerClient({ region: HOME })
  return {
    days: async (clusters, first, last) => {
      const bills: Bill[] = []
      // One after the other: Cost Explorer throttles soon.
      for (const lot of lotsOf(clusters.map((cluster) => billedCluster(cluster)))) bills.push(await askLot(client, lot, first, last))
      return {
        days: bills.flatMap(({ days }) => days),
        requests: bills.reduce((sum, { requests }) => sum + requests, 0),
        problems: [...new Set(bills.flatMap(({ problems }) => problems))],
      }
    },
  }
}

const askLot = async (client: CostExplorerClient, lot: Lot, first: string, last: string): Promise<Bill> => {
  const questions = questionsOf(lot, first, last)
  const usage = await readCostPages(client, questions.usage)
  if (usage.problem !== undefined && usage.groups.length === 0) return { days: [], requests: usage.requests, problems: [`Cost Explorer: ${usage.problem}`] }
  const planned = await readCostPages(client, questions.planned)
  const requests = usage.requests + planned.requests
  if (planned.problem !== undefined) {
    return { days: [], requests, problems: [`Cost Explorer, what Savings Plans pay for: ${planned.problem}; no day is taken without, as it would be too low by what nobody knows`] }
  }
  const { days, problems } = billedRows(lot, { usage: usage.groups, planned: planned.groups }, { first, last }, Date.now() as Instant)
  return { days, requests, problems: [...(usage.problem === undefined ? [] : [`Cost Explorer: ${usage.problem}; the bill of some clusters or days is missing`]), ...problems] }
}
