import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { plural, sayUsd } from '../mail/say-amount.ts'
import { sayClock } from '../zoned-time.ts'
import { figuresOf, hourly } from './console-figures.ts'
import type { ConsoleView, PoolNodes } from './console-view.ts'
import { emptyNote, scrollBox, sectionOf } from './section.ts'
import { steppedArea } from './stepped-area.ts'

/** So many steps fill the width of a timeline: a day of quarter hours. */
export const TIMELINE_STEPS = 96

const CHART = { columns: TIMELINE_STEPS, width: 384, height: 96 } as const
const SPARK = { columns: TIMELINE_STEPS, width: 96, height: 20 } as const

/** Nodes coming and going: what they cost over the last day, and each pool. */
export const nodesSection = (view: ConsoleView): Markup => sectionOf({
  id: 'nodes',
  title: 'Nodes, last 24 hours',
  body: view.pools.length === 0
    ? emptyNote('No pool is known yet.')
    : html`${costChart(view)}
${scrollBox('Pools', html`<table class="pools">
<caption>Pools as the simulated bill has them, beside what they would be without Catnap</caption>
<thead><tr><th scope="col">Pool</th><th scope="col">Day</th><th scope="col" class="number">Nodes</th></tr></thead>
<tbody id="pools" data-list="">
${view.pools.map(poolRow)}
</tbody>
</table>`)}
${hourTable(view)}`,
})

/** USD an hour over the day: an area under the line of what it would be. */
const costChart = (view: ConsoleView): Markup => {
  const costs = costsOf(view)
  const { now, alwaysOn } = figuresOf(view)
  const top = Math.max(alwaysOn.microUsd, ...costs, 1)
  const line = round(CHART.height - (CHART.height * alwaysOn.microUsd) / top)
  const [lowest, highest] = [Math.min(...costs), Math.max(...costs)]
  return html`<figure id="cost" data-live="">
<svg class="chart" viewbox="0 -1 ${CHART.width} ${CHART.height + 1}" preserveaspectratio="none" role="img" aria-labelledby="cost-title cost-words">
<title id="cost-title">USD an hour for nodes over the last 24 hours</title>
<desc id="cost-words">Between ${sayUsd(lowest)} and ${sayUsd(highest)} an hour, now ${sayUsd(now.microUsd)}; always on it would be ${sayUsd(alwaysOn.microUsd)}.</desc>
<path class="area" d="${steppedArea({ ...CHART, counts: costs, top })}"></path>
<path class="line" d="M0 ${line}H${CHART.width}"></path>
</svg>
<p class="axis" aria-hidden="true">${axisOf(view).map((label) => html`<span>${label}</span>`)}</p>
<figcaption><span class="key area">${sayUsd(now.microUsd)} an hour now</span> <span class="key line">${sayUsd(alwaysOn.microUsd)} always on</span></figcaption>
</figure>`
}

/** What the nodes cost in an hour, step by step. */
const costsOf = ({ pools, steps }: ConsoleView): readonly number[] => steps.map((_, step) => hourly(pools, ({ counts }) => counts[step] ?? 0).microUsd)

/** Four quarters of the day, and now. */
const axisOf = ({ now, fleet: { timezone } }: ConsoleView): readonly string[] =>
  [24, 18, 12, 6].map((hours) => sayClock((now - hours * 3_600_000) as typeof now, timezone)).concat('now')

const poolRow = (pool: PoolNodes): Markup => {
  const { cluster, name, instanceType, running, original, leaving, counts, keep } = pool
  const id = `pool:${cluster}/${name}`
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)]
  return html`<tr id="${id}"><th scope="row">${name} <span class="soft">${cluster}${keep === undefined ? ', left alone' : ''}</span></th>
<td><svg class="spark" viewbox="0 0 ${SPARK.width} ${SPARK.height}" preserveaspectratio="none" role="img" aria-label="${instanceType}: between ${fewest} and ${most} nodes, now ${running}"><path class="area" d="${steppedArea({ ...SPARK, counts, top: Math.max(original, most, 1) })}"></path></svg></td>
<td class="number"><b>${running}</b> of ${original}${leaving === 0 ? undefined : html` <span class="soft">${leaving} leaving</span>`}</td></tr>`
}

const HOUR_MS = 3_600_000

/** The same as numbers, for whoever does not see the pictures. */
const hourTable = (view: ConsoleView): Markup => {
  const { pools, steps, fleet: { timezone } } = view
  const costs = costsOf(view)
  const hours = steps.map((at, step) => ({ at, step })).filter(({ at, step }) => at % HOUR_MS === 0 || step === steps.length - 1).toReversed()
  return html`<details><summary>The same as a table, hour by hour</summary>
${scrollBox('Nodes hour by hour', html`<table id="hours" data-live="">
<caption>Nodes on the simulated bill, newest first (${timezone})</caption>
<thead><tr><th scope="col">Time</th><th scope="col" class="number">USD an hour</th>${pools.map(({ cluster, name }) => html`<th scope="col" class="number">${cluster}/${name}</th>`)}</tr></thead>
<tbody>${hours.map(({ at, step }) => html`<tr><th scope="row"><time datetime="${iso(at)}">${sayClock(at, timezone)}</time></th><td class="number">${sayUsd(costs[step])}</td>${pools.map(({ counts }) => html`<td class="number">${counts[step] ?? 0}</td>`)}</tr>`)}</tbody>
</table>`)}
<p class="soft">${plural(pools.length, 'pool')}, at on-demand list prices.</p>
</details>`
}

const round = (value: number): number => Math.round(value * 100) / 100
