import { modeOf } from '../../domain/fleet.ts'
import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { sayClock, sayDay } from '../zoned-time.ts'
import type { ConsoleView } from './console-view.ts'
import { decisionsSection } from './decisions-section.ts'
import { environmentsSection } from './environments-section.ts'
import { headline } from './headline.ts'
import { mailboxSection } from './mailbox-section.ts'
import { moneySection } from './money-section.ts'
import { nodesSection } from './nodes-section.ts'
import { rightSizingSection } from './right-sizing-section.ts'

/** Nothing but the console's own files, and forms back to it (CSP level 3). */
export const CONSOLE_POLICY = [
  "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
  "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join('; ')

/** Where the page's own files are. */
export const CONSOLE_FILES = { style: '/console/console.css', script: '/console/console.js', icon: '/console/icon.svg' } as const

/** The whole console at one instant: a status board that says everything without script, and keeps up to date with it. */
export const consolePage = (view: ConsoleView): string => documentOf('Catnap', html`<a class="skip" href="#environments">Skip to the environments</a>
${banner(view)}
<main>
<section aria-labelledby="headline-title"><h2 id="headline-title" class="hidden">At a glance</h2>
${headline(view)}</section>
<div class="board">
<div>
${environmentsSection(view)}
${moneySection(view)}
${rightSizingSection(view)}
</div>
<div>
${nodesSection(view)}
${decisionsSection(view)}
${mailboxSection(view)}
</div>
</div>
</main>
<footer><p>A simulated fleet on this machine. The same from a terminal: <code>npm run -s catnap -- status</code></p></footer>`, true)

/** A page with a few words, where something did not come of a click. */
export const notePage = (title: string, text: string): string => documentOf(title, html`<main class="note"><h1>${title}</h1><p>${text}</p><p><a href="/">Back to the console</a></p></main>`, false)

const banner = (view: ConsoleView): Markup => {
  const { now, speed, fleet: { timezone, pause } } = view
  return html`<header class="banner">
<h1><svg viewbox="0 0 24 24" aria-hidden="true"><path d="M17 19.5A10 10 0 1 1 12.8 2A8.4 8.4 0 0 0 17 19.5z"></path></svg>Catnap</h1>
<p id="clock" class="clock" data-live=""><time datetime="${iso(now)}">${sayDay(now, timezone)}, <b>${sayClock(now, timezone)}</b></time> <span class="soft">${timezone} · ${modes(view)}${speed === 1 ? '' : ` · ${speed}× the wall’s pace`}</span></p>
<nav aria-label="Sections"><ul><li><a href="#environments">Environments</a></li><li><a href="#money">Money</a></li><li><a href="#right-sizing">Right-sizing</a></li><li><a href="#nodes">Nodes</a></li><li><a href="#decisions">Decisions</a></li><li><a href="#mailbox">Mailbox</a></li></ul></nav>
<button type="button" id="updates" hidden="" aria-pressed="false">Hold still</button>
<noscript><p>Without script this page stands still: <a href="/">reload it</a>.</p></noscript>
<p id="lost" class="alarm" hidden="">The sandbox does not answer; this is how it was when it last did.</p>
<div id="pause" data-live="">${pause === undefined ? undefined : html`<p class="alarm">The fleet is paused by ${pause.by}: nothing is put to sleep or woken. npm run -s catnap -- resume</p>`}</div>
</header>`
}

const modes = ({ fleet, clusters }: ConsoleView): string => {
  const observed = clusters.filter((cluster) => modeOf(fleet, cluster) === 'observe')
  if (observed.length === 0) return 'acts'
  return observed.length === clusters.length ? 'only observes' : `only observes ${observed.map(({ name }) => name).join(', ')}`
}

const documentOf = (title: string, body: Markup, script: boolean): string => `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${CONSOLE_FILES.icon}">
<link rel="stylesheet" href="${CONSOLE_FILES.style}">
${script ? html`<script type="module" src="${CONSOLE_FILES.script}"></script>` : undefined}
</head>
<body>
${body}
</body>
</html>`.text}
`
