import { createHash } from 'node:crypto'
import type { HistoryEntry } from '../../domain/history.ts'
import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { inZone, sayMoment } from '../zoned-time.ts'
import type { ConsoleView } from './console-view.ts'
import { emptyNote, sectionOf } from './section.ts'

/** Decisions, acts and requests as they fall, newest first. The one place whose news a screen reader is told. */
export const decisionsSection = ({ history, fleet: { timezone }, now }: ConsoleView): Markup => sectionOf({
  id: 'decisions',
  title: 'As it falls',
  aside: timezone,
  body: html`<ol id="decisions-list" class="feed" data-list="" aria-live="polite" aria-relevant="additions">
${history.map((entry) => entryItem(entry, timezone, now))}
</ol>${history.length === 0 ? emptyNote('Nothing is decided yet.') : undefined}`,
})

const entryItem = (entry: HistoryEntry, zone: string, now: ConsoleView['now']): Markup => {
  const { at, subject, what, text } = entry
  return html`<li id="${idOf(entry)}"${what === 'problem' ? html` class="problem"` : undefined}><time datetime="${iso(at)}">${sayMoment(at, zone, now)}</time>
<p><b>${subject.replace('/pool/', ' ')}</b> <span class="what">${what}</span> ${inZone(text, zone, now)}</p></li>`
}

/** The same entry has the same id each time, so that it is told once. */
const idOf = ({ at, subject, what, text }: HistoryEntry): string =>
  `entry-${createHash('sha256').update(`${at} ${subject} ${what} ${text}`).digest('hex').slice(0, 12)}`
