import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { NOT_KNOWN, plural, sayHours, sayUsd } from '../mail/say-amount.ts'
import { sayClock } from '../zoned-time.ts'
import { figuresOf } from './console-figures.ts'
import type { ConsoleView } from './console-view.ts'
import { nextFullHour } from './next-full-hour.ts'

/** The row of figures above all else: what it costs now, what was avoided, what is stranded, who is awake. */
export const headline = (view: ConsoleView): Markup => {
  const { now, alwaysOn, today, stranded, awake, asleep, moving, environments, running, original } = figuresOf(view)
  const { timezone } = view.fleet
  return html`<div class="figures">
${figure('figure-now', 'Nodes cost now', perHour(now.microUsd), [
    html`of <b>${sayUsd(alwaysOn.microUsd)}</b>/h always on`,
    shareBar(now.microUsd, alwaysOn.microUsd),
    unpriced(now.unpricedTypes),
  ])}
${figure('figure-today', 'Avoided today', today === undefined ? '–' : sayUsd(today.savings.realized.microUsd), [
    today === undefined
      ? html`the ledger’s first hour closes at ${sayClock(nextFullHour(view.now), timezone)}`
      : html`realised: ${sayHours(today.savings.avoidedNodeSeconds)} node-hours off the bill until <time datetime="${iso(today.upTo)}">${sayClock(today.upTo, timezone)}</time>`,
  ])}
${figure('figure-stranded', 'Stranded now', perHour(stranded.microUsd), [
    stranded.nodes === 0 ? html`what sleeps holds no node` : html`${plural(stranded.nodes, 'node')} nobody uses`,
    unpriced(stranded.unpriced === 0 ? [] : [plural(stranded.unpriced, 'node')]),
  ])}
${figure('figure-environments', 'Environments', `${awake}`, [
    html`awake, <b>${asleep}</b> asleep${moving === 0 ? undefined : html`, <b>${moving}</b> on their way`}`,
    shareBar(awake + moving, environments),
  ])}
${figure('figure-nodes', 'Nodes', `${running}`, [html`of <b>${original}</b> without Catnap`, shareBar(running, original)])}
</div>`
}

const figure = (id: string, name: string, value: string | Markup, details: readonly (Markup | undefined)[]): Markup => {
  const [first, ...others] = details
  return html`<div class="figure" id="${id}" data-live="">
<h3>${name}</h3>
<p class="value">${value}</p>
<p class="detail">${first}</p>
${others}
</div>`
}

const perHour = (microUsd: number | undefined): Markup => microUsd === undefined ? html`${NOT_KNOWN}` : html`${sayUsd(microUsd)}<span class="unit">/h</span>`

const unpriced = (what: readonly string[]): Markup | undefined => (what.length === 0 ? undefined : html`<p class="detail">without ${what.join(', ')}: no price is known</p>`)

/** Says no more than the words beside it, so it is hidden from those who hear the page. */
const shareBar = (part: number, whole: number): Markup => {
  const width = whole === 0 ? 0 : Math.round((100 * Math.min(part, whole)) / whole)
  return html`<svg class="bar" viewbox="0 0 100 4" preserveaspectratio="none" aria-hidden="true"><rect class="whole" width="100" height="4"></rect><rect class="part" width="${width}" height="4"></rect></svg>`
}
