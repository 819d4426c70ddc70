import { type CostExplorerClient, GetCostAndUsageCommand, type GetCostAndUsageCommandInput } from '@aws-sdk/client-cost-explorer'
import { sayRefusal } from '../aws/say-refusal.ts'

/** One group of one day. */
export interface CostGroup {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  readonly keys: readonly string[]
  /** By metric: the amount as text and its unit. */
  readonly metrics: Readonly<Record<string, { readonly Amount?: string | undefined; readonly Unit?: string | undefined }>>
}

/** All pages of an answer, or those that came before something went wrong. */
export interface CostPages {
  readonly groups: readonly CostGroup[]
  /** How many requests were made, at $0.01 each. */
  readonly requests: number
  /** What went wrong, in words; the groups that were read are whole all the same. */
  readonly problem?: string
}

/** $2 a question: what goes on after that is a fault. How many groups AWS puts on a page it does not say. */
const MOST_PAGES = 200

/**
 * Reads all pages of GetCostAndUsage. The SDK has no paginator for it, and a page must be asked for with the very
 * parameters of the first (FIELD §5: lost pages are the commonest bug). A day may go on on the next page.
 */
export const readCostPages = async (client: CostExplorerClient, input: GetCostAndUsageCommandInput): Promise<CostPages> => {
  const groups = new Map<string, CostGroup>()
  const tokens = new Set<string>()
  let token: string | undefined
  for (let requests = 1; ; requests += 1) {
    const read = (problem?: string): CostPages => ({ groups: [...groups.values()], requests, ...(problem === undefined ? {} : { problem }) })
    try {
      const page = await client.send(new GetCostAndUsageCommand({ ...input, ...(token === undefined ? {} : { NextPageToken: token }) }))
      for (const { TimePeriod, Groups = [] } of page.ResultsByTime ?? []) {
        for (const { Keys = [], Metrics = {} } of Groups) {
          const day = TimePeriod?.Start?.slice(0, 10) ?? ''
          // By its keys: what comes twice counts once.
          groups.set(JSON.stringify([day, Keys]), { day, keys: Keys, metrics: Metrics })
        }
      }
      token = page.NextPageToken
    } catch (error) {
      return read(`page ${requests} was refused (${sayRefusal(error, 'ce:GetCostAndUsage')})`)
    }
    if (token === undefined || token === '') return read()
    if (tokens.has(token)) return read(`page ${requests} names a next page that was read before; stopped there`)
    if (requests === MOST_PAGES) return read(`found more than ${MOST_PAGES} pages; stopped there`)
    tokens.add(token)
  }
}
