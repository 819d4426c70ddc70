import type { LeftBehind, LeftNode } from '../../domain/left-behind.ts'
import { html, type Markup } from '../html.ts'
import { plural, sayUsd } from '../mail/say-amount.ts'
import { sayNames } from '../say-names.ts'
import { emptyNote, scrollBox } from './section.ts'

/** Nodes of one environment that are shown; the others are counted. */
const MOST_NODES = 5

/** What each sleeping environment left on the bill: its nodes, why they stay, and its part of what they cost. */
export const leftBehindTable = (left: readonly LeftBehind[]): Markup => {
  if (left.length === 0) return emptyNote('No environment is known to have left these.')
  return scrollBox('Left behind by environment', html`<table>
<caption>Now, by sleeping environment: the nodes it left behind, its part of what they cost, and why they stay</caption>
<thead><tr><th scope="col">Environment</th><th scope="col">Node</th><th scope="col" class="number">USD an hour</th><th scope="col">Why it stays</th></tr></thead>
<tbody>${left.map(environmentRows)}</tbody>
</table>`)
}

const environmentRows = ({ environment, nodes, dearest, microUsdPerHour }: LeftBehind): Markup => {
  const shown = dearest.slice(0, MOST_NODES)
  const known = shown.reduce((sum, { partMicroUsdPerHour = 0 }) => sum + partMicroUsdPerHour, 0)
  const others = nodes - shown.length
  return html`${shown.map((node) => nodeRow(environment, node))}${others <= 0 ? undefined : html`<tr><th scope="row">${environment}</th><td>${plural(others, 'node')} more</td><td class="number">${sayUsd(Math.max(0, microUsdPerHour - known))}</td><td class="words">catnap status ${environment} names more of them</td></tr>`}`
}

const nodeRow = (environment: string, { node, pool, why, microUsdPerHour, partMicroUsdPerHour, sharedWith }: LeftNode): Markup => {
  const shared = sharedWith.length === 0 ? undefined : html` <span class="soft below">of ${sayUsd(microUsdPerHour)}, shared with ${sayNames(sharedWith)}</span>`
  return html`<tr><th scope="row">${environment}</th><td>${node} <span class="soft below">${pool}</span></td><td class="number">${sayUsd(partMicroUsdPerHour)}${shared}</td><td class="words">${why}</td></tr>`
}
