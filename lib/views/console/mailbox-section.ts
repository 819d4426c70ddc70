import type { Sending } from '../../domain/report/sending.ts'
import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { plural } from '../mail/say-amount.ts'
import { sayTime } from '../zoned-time.ts'
import type { ConsoleView } from './console-view.ts'
import { emptyNote, sectionOf } from './section.ts'

const MOST_SHOWN = 8

/** The mails that went out, the way to read them, and reports that did not go out. */
export const mailboxSection = (view: ConsoleView): Markup => {
  const { mails, fleet: { timezone, reports }, now } = view
  return sectionOf({
    id: 'mailbox',
    title: 'Mailbox',
    aside: plural(mails.length, 'mail'),
    body: html`<p class="way"><a href="/console/mailbox">Read the mails</a> <span class="soft">in aws-ses-v2-local, on a port of its own</span></p>
<div id="unsent" data-live="">${view.sendings.map((sending) => unsentLine(view, sending))}</div>
<ol id="mails" class="mails" data-list="">${mails.slice(0, MOST_SHOWN).map(({ at, to, subject }, index) => html`<li id="mail-${mails.length - index}"><time datetime="${iso(at)}">${sayTime(at, timezone, now)}</time>
<p><b>${subject}</b> <span class="soft">to ${to.join(', ')}</span></p></li>`)}</ol>
<div id="no-mail" data-live="">${mails.length > 0 ? undefined : emptyNote(reports.length === 0 ? 'No mail: the intent names no report.' : `No mail yet: ${reports.map(({ name, every }) => `${name} goes out ${every}`).join(', ')} (${timezone}).`)}</div>`,
  })
}

const unsentLine = ({ fleet: { timezone }, now }: ConsoleView, { recipient, state, at, times, problem, againAt }: Sending): Markup | undefined => {
  const since = sayTime(at, timezone, now)
  const why = problem === undefined ? '' : `: ${problem}`
  const again = againAt === undefined ? '; it is not tried again' : `; again ${sayTime(againAt, timezone, now)}`
  switch (state) {
    case 'sent':
      return undefined
    case 'waiting':
      return html`<p class="soft">${recipient} waits since ${since}${why}</p>`
    case 'sending':
      return html`<p class="soft">${recipient} was handed to SES ${since}, which has not answered yet</p>`
    case 'unknown':
      return html`<p class="alarm">${recipient} may have gone out ${since}, nobody saw the answer: it is not sent again${why}</p>`
    case 'failed':
      return html`<p class="alarm">${recipient} was not sent ${since}, tried ${times === 1 ? 'once' : `${times} times`}${why}${again}</p>`
    default:
      return state satisfies never
  }
}
