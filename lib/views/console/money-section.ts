import { blockerMicroUsd, rankBlockers } from '../../domain/report/blockers.ts'
import type { Blocker } from '../../domain/report/report.ts'
import { sayStranded } from '../../domain/stranded.ts'
import { html, type Markup } from '../html.ts'
import { sayDate } from '../mail/mail-words.ts'
import { sayHours, sayUsd } from '../mail/say-amount.ts'
import { sayClock, sayTime } from '../zoned-time.ts'
import { type DaySum, dayIn, daySums, sumStranded } from './console-figures.ts'
import type { ConsoleView } from './console-view.ts'
import { leftBehindTable } from './left-behind-table.ts'
import { nextFullHour } from './next-full-hour.ts'
import { emptyNote, scrollBox, sectionOf } from './section.ts'

/** What was saved day by day, and what still runs for nobody, with what holds it. */
export const moneySection = (view: ConsoleView): Markup => sectionOf({
  id: 'money',
  title: 'Money',
  aside: `Simulated bill for nodes since ${sayTime(view.bill.since, view.fleet.timezone, view.now)}: ${sayUsd(view.bill.microUsd)} for ${sayHours(view.bill.nodeHours * 3600)} node-hours`,
  body: html`<div id="ledger" data-live=""><h3>Day by day</h3>
${dayTable(view)}</div>
<div id="stranded" data-live=""><h3>Stranded, and what holds it</h3>
${strandedNow(view)}
${blockersToday(view)}</div>`,
})

const dayTable = (view: ConsoleView): Markup => {
  const { timezone } = view.fleet
  const days = daySums(view.days)
  if (days.length === 0) return emptyNote(`The ledger’s first hour closes at ${sayClock(nextFullHour(view.now), timezone)} (${timezone}).`)
  return scrollBox('The ledger day by day', html`<table>
<caption>Realised is what left the bill. Potential and stranded answer other questions and are never added to it.</caption>
<thead><tr><th scope="col">Day</th><th scope="col" class="number">Node-hours avoided</th><th scope="col" class="number">Realised</th><th scope="col" class="number">Potential</th><th scope="col" class="number">Stranded</th><th scope="col" class="number">Catnap itself</th></tr></thead>
<tbody>${days.map((day) => dayRow(day, day.day === dayIn(timezone, view.now), timezone))}</tbody>
</table>`)
}

const dayRow = ({ day, upTo, savings, ownMicroUsd }: DaySum, isToday: boolean, zone: string): Markup =>
  html`<tr><th scope="row">${isToday ? `Today until ${sayClock(upTo, zone)}` : sayDate(day)}</th><td class="number">${sayHours(savings.avoidedNodeSeconds)}</td><td class="number"><b>${sayUsd(savings.realized.microUsd)}</b></td><td class="number">${sayUsd(savings.potential.microUsd)}</td><td class="number">${sayUsd(savings.stranded.microUsd)}</td><td class="number">${sayUsd(ownMicroUsd)}</td></tr>`

const strandedNow = ({ pools, left }: ConsoleView): Markup => {
  const all = pools.flatMap(({ cluster, name, stranded }) => (stranded === undefined ? [] : [{ name: `${cluster}/${name}`, stranded }]))
  if (all.length === 0) return emptyNote('Nothing is stranded now: what sleeps holds no node on the bill, beyond those the intent keeps.')
  return html`${scrollBox('Stranded now', html`<table>
<caption>Now: nodes that cannot leave although everything that used them sleeps</caption>
<thead><tr><th scope="col">Pool</th><th scope="col" class="number">Nodes</th><th scope="col" class="number">USD an hour</th><th scope="col">Held by</th></tr></thead>
<tbody>${all.map(({ name, stranded }) => html`<tr><th scope="row">${name}</th><td class="number">${stranded.nodes}</td><td class="number">${sayUsd(sumStranded([stranded]).microUsd)}</td><td class="words">${sayStranded(stranded)}</td></tr>`)}</tbody>
</table>`)}
${leftBehindTable(left)}`
}

const blockersToday = (view: ConsoleView): Markup | undefined => {
  const today = dayIn(view.fleet.timezone, view.now)
  const blockers = rankBlockers(view.days.filter(({ day }) => day === today).flatMap((day) => day.blockers.map((blocker): Blocker => ({ ...blocker, unattributedMicroUsd: blocker.unattributedMicroUsd, unpriced: blocker.unpriced ?? [] }))))
  return blockers.length === 0 ? undefined : scrollBox('Blockers today', html`<table>
<caption>Today: what could not sleep, or failed</caption>
<thead><tr><th scope="col">What</th><th scope="col" class="number">Hours</th><th scope="col" class="number">Cost</th><th scope="col">In the way</th></tr></thead>
<tbody>${blockers.slice(0, MOST_BLOCKERS).map((blocker) => blockerRow(blocker))}</tbody>
</table>`)
}

const MOST_BLOCKERS = 8

const blockerRow = (blocker: Blocker): Markup =>
  html`<tr><th scope="row">${blocker.subject}</th><td class="number">${sayHours(blocker.seconds)}</td><td class="number">${sayUsd(blockerMicroUsd(blocker))}</td><td class="words">${blocker.kind === 'failed' ? 'failed: ' : ''}${blocker.reason}</td></tr>`
