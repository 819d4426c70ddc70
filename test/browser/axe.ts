import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page, a line for each place. Its source comes through the debugger, past the page's own policy. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(`${axe.source}; undefined`)
  const { violations: found } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`))
}
