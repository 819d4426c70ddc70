import { sayCpu, sayMemory } from '../../domain/advice/container.ts'
import { adviceMicroUsdPerMonth, countRefusals, rankAdvice } from '../../domain/report/rank-advice.ts'
import type { AdviceLine } from '../../domain/report/report.ts'
import { html, type Markup } from '../html.ts'
import { NOT_KNOWN, plural, sayHours, sayUsd } from '../mail/say-amount.ts'
import type { ConsoleView } from './console-view.ts'
import { emptyNote, scrollBox, sectionOf } from './section.ts'

const MOST_SHOWN = 10
const MOST_REASONS = 3

/** What containers should ask for instead, dearest first, and why there is no advice on the others. */
export const rightSizingSection = ({ advice }: ConsoleView): Markup => {
  const { saving, raising, unpriced, refused } = rankAdvice(advice)
  const shown = [...saving, ...unpriced, ...raising].slice(0, MOST_SHOWN)
  const given = advice.length - refused.length
  return sectionOf({
    id: 'right-sizing',
    title: 'Right-sizing',
    aside: saving.length === 0 ? undefined : `${plural(saving.length, 'recommendation')} worth ${sayUsd(adviceMicroUsdPerMonth(saving))} a month: potential, saved once a node less is needed`,
    body: html`<div id="advice" data-live="">${advice.length === 0 ? emptyNote('No advice yet: it takes 24 hours awake and a whole week of samples, and is reckoned once a day.') : undefined}
${shown.length === 0 ? undefined : scrollBox('Right-sizing advice', tableOf(shown))}
${given > shown.length ? html`<p class="soft">${plural(given - shown.length, 'more', 'more')} with: npm run -s catnap -- advice</p>` : undefined}
${refused.length === 0 ? undefined : html`<p class="soft">No advice on ${plural(refused.length, 'container')}: ${sayRefusals(refused)}.</p>`}</div>`,
  })
}

const tableOf = (lines: readonly AdviceLine[]): Markup => html`<table>
<caption>What containers should ask for, by what it is worth</caption>
<thead><tr><th scope="col">Container</th><th scope="col" class="number">CPU now</th><th scope="col" class="number">advised</th><th scope="col" class="number">Memory now</th><th scope="col" class="number">advised</th><th scope="col" class="number">A month</th><th scope="col">Confidence</th></tr></thead>
<tbody>${lines.map(rowOf)}</tbody>
</table>`

const rowOf = ({ environment, advice }: AdviceLine): Markup => {
  const { workload, container, requestNow, advised, microUsdPerMonth, confidence, windowAwakeHours } = advice
  return html`<tr><th scope="row">${workload.name}/${container} <span class="soft">${workload.kind}, ${environment}</span></th>
<td class="number">${sayCpu(requestNow.cpuMilli)}</td><td class="number">${advised.cpuMilli === undefined ? '–' : html`<b>${sayCpu(advised.cpuMilli)}</b>`}</td>
<td class="number">${sayMemory(requestNow.memoryMiB)}</td><td class="number">${advised.memoryMiB === undefined ? '–' : html`<b>${sayMemory(advised.memoryMiB)}</b>`}</td>
<td class="number">${sayUsd(microUsdPerMonth)}</td><td>${confidence?.level ?? NOT_KNOWN} <span class="soft">${sayHours(windowAwakeHours * 3600)} h awake</span></td></tr>`
}

const sayRefusals = (refused: readonly AdviceLine[]): string => {
  const counted = countRefusals(refused)
  return [
    ...counted.slice(0, MOST_REASONS).map(({ reason, times }) => `${reason} (${times})`),
    ...(counted.length > MOST_REASONS ? ['other reasons'] : []),
  ].join('; ')
}
