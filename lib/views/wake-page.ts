import { createHash } from 'node:crypto'
import { type Environment, heading } from '../domain/environment.ts'
import { homeZone } from '../domain/home-zone.ts'
import { type Instant, iso, secondsBetween } from '../domain/time.ts'
import { html, Markup } from './html.ts'
import { buttonsOf } from './wake-buttons.ts'
import { WAKE_SCRIPT } from './wake-script.ts'
import { WAKE_STYLE } from './wake-style.ts'
import { contactOf, type EnvironmentSight, isSlow, type Stage, stagesOf, withoutSecrets, type Words, wordsFor } from './wake-words.ts'

/** Where and how the page is looked at. */
export interface Seeing {
  readonly now: Instant
  /** Came by the environment's own host, to which traffic returns; else by `/e/<cluster>/<environment>`. */
  readonly byHost: boolean
  /** May be loaded again as it is: what answers a POST may not. */
  readonly again: boolean
  /** Where the form posts to. Default: the very address it stands at. */
  readonly formPlace?: string | undefined
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing but this page's own style and script, and a form back to where it came from (CSP level 3). */
export const WAKE_PAGE_POLICY = [
  "default-src 'none'", `style-src ${hashOf(WAKE_STYLE)}`, `script-src ${hashOf(WAKE_SCRIPT)}`, "connect-src 'self'",
  "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join('; ')

/** A page that says a few words and no more, and leads to a place on this host where there is one. */
export const shortPage = ({ title, detail }: Words, place?: string): string =>
  documentOf(title, html`<h1>${title}</h1><p>${detail}</p>${place === undefined ? undefined : html`<p><a href="${place}">Open this address without the link</a></p>`}`)

/** What a person sees who comes to a sleeping environment: what it is, why, how long, how far, and a button where it may be woken. */
export const wakePage = (sight: EnvironmentSight, seeing: Seeing): string => {
  const words = wordsFor(sight)
  const seconds = seeing.again ? secondsUntilLook(sight, seeing) : undefined
  return documentOf(words.title, html`
<h1 id="title" tabindex="-1">${words.title}</h1>
<p id="status" role="status">${detailOf(words, sight, seeing)}${latest(sight)}</p>
<div id="detail">
${formPart(sight, seeing)}
${isRising(sight) ? stagesPart(sight.environment) : undefined}
${problemPart(sight.environment, seeing.now)}
${facts(sight.environment)}
</div>`, seconds)
}

const documentOf = (title: string, main: Markup, seconds?: { readonly script: number; readonly reload: number | undefined }): string => `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${seconds?.reload === undefined ? undefined : html`<noscript><meta http-equiv="refresh" content="${seconds.reload}"></noscript>`}
<style>${new Markup(WAKE_STYLE)}</style>
</head>
<body${seconds === undefined ? undefined : html` data-again="${seconds.script}"`}>
<main>
${main}
</main>
<footer>Catnap puts environments to sleep while nobody needs them, and takes their nodes off the bill.</footer>
${seconds === undefined ? undefined : html`<script>${new Markup(WAKE_SCRIPT)}</script>`}
</body>
</html>`.text}
`

const isRising = ({ environment, still }: EnvironmentSight): boolean => environment.phase === 'waking' && still === undefined

/** What is awake behind its own host is there no more to be asked. */
const formPart = (sight: EnvironmentSight, { now, byHost, formPlace }: Seeing): Markup | undefined => {
  const buttons = byHost && sight.environment.phase === 'awake' ? [] : buttonsOf(sight, now)
  if (buttons.length === 0) return undefined
  return html`<form method="post"${formPlace === undefined ? undefined : html` action="${formPlace}"`}>${buttons.map(({ value, label }) => html`<button name="catnap" value="${value}">${label}</button> `)}</form>`
}

/** After this, traffic should long have returned; whoever still comes here is not asked to wait a second each time. */
const RETURNS_WITHIN_SECONDS = 120

/** How soon to look again, by script and by reloading. Nobody's reload may wake what fell asleep in an open tab. */
const secondsUntilLook = ({ environment: { phase, since }, still }: EnvironmentSight, { now, byHost }: Seeing): { readonly script: number; readonly reload: number | undefined } => {
  if (still !== undefined) return { script: 30, reload: 60 }
  switch (phase) {
    case 'waking':
      return { script: 2, reload: 5 }
    case 'awake': {
      const soon = secondsBetween(since, now) < RETURNS_WITHIN_SECONDS ? 2 : 15
      return { script: soon, reload: byHost ? soon : undefined }
    }
    case 'asleep':
    case 'falling-asleep':
      return { script: 5, reload: 30 }
    default:
      return phase satisfies never
  }
}

const detailOf = ({ detail }: Words, { environment: { phase, terms }, still }: EnvironmentSight, { byHost }: Seeing): Markup => {
  if (phase !== 'awake' || byHost || still !== undefined) return html`${detail}`
  const [host] = terms.wake.hosts
  return host === undefined ? html`It is awake.` : html`It is awake: <a href="//${host}/">${host}</a>.`
}

/** The newest count, inside the live region: a screen reader hears it change. */
const latest = (sight: EnvironmentSight): string => {
  const stage = isRising(sight) ? stagesOf(sight.environment).find(({ state }) => state === 'now') : undefined
  return stage === undefined ? '' : ` Now: ${sayStage(stage)}.`
}

const sayStage = ({ name, count }: Stage): string => {
  const of = count === undefined ? '' : `, ${count.done} of ${count.total}`
  switch (name) {
    case 'capacity':
      return count?.total === 0 ? 'capacity, no new node needed' : `capacity${of}${count === undefined ? '' : ' nodes'}`
    case 'workloads':
      return `workloads${of}`
    case 'ready':
      return 'ready'
    default:
      return name satisfies never
  }
}

const stagesPart = (environment: Environment): Markup => {
  const stages = stagesOf(environment)
  const { workloads, waitingFor } = environment.progress ?? {}
  return html`<h2 id="progress">Progress</h2>
${workloads === undefined || workloads.total === 0
  ? html`<progress aria-labelledby="progress"></progress>`
  : html`<progress aria-labelledby="progress" max="${workloads.total}" value="${workloads.done}">${workloads.done} of ${workloads.total} workloads</progress>`}
<ol>${stages.map((stage) => html`
<li${stage.state === 'now' ? html` aria-current="step"` : undefined}>${sayStage(stage)} – ${stage.state}</li>`)}
</ol>
${waitingFor === undefined ? undefined : html`<p>Waiting for: ${withoutSecrets(waitingFor)}</p>`}`
}

const problemPart = (environment: Environment, now: Instant): Markup | undefined => {
  const { problem, terms } = environment
  if (problem === undefined) return isSlow(environment, now) ? html`<p class="problem">It takes <strong>longer than usual</strong>. If it stays so, tell ${contactPart(terms)}.</p>` : undefined
  const tried = problem.times === 1 ? 'tried once' : `tried ${problem.times} times`
  return html`<p class="problem"><strong>In the way</strong> since ${moment(problem.since, homeZone(terms))}, ${tried}: ${withoutSecrets(problem.text)}. If it stays so, tell ${contactPart(terms)}.</p>`
}

/** An address of mail can be written to at once. */
const contactPart = (terms: Environment['terms']): Markup => {
  const contact = contactOf(terms)
  return /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(contact) ? html`<a href="mailto:${contact}">${contact}</a>` : html`${contact}`
}

const facts = ({ id, phase, since, decision, lease, terms }: Environment): Markup => html`<dl>
<dt>Environment</dt><dd><code>${id}</code></dd>
<dt>Since</dt><dd>${moment(since, homeZone(terms))}</dd>
${decision === undefined ? undefined : html`<dt>${reasonLabel(phase, decision.desired)}</dt><dd>${withoutSecrets(decision.reason)}</dd>`}
${heading(phase) === 'awake' && lease !== undefined ? html`<dt>Awake until at least</dt><dd>${moment(lease.until, homeZone(terms))}</dd>` : undefined}
</dl>`

/** While it wakes, the newest decision on record may still be the one that put it to sleep. */
const reasonLabel = (phase: Environment['phase'], desired: 'awake' | 'asleep' | 'as-it-is'): string => {
  if (desired === 'asleep') return heading(phase) === 'asleep' ? 'Why it sleeps' : 'Why it slept'
  return desired === 'awake' ? 'Why it is woken' : 'Why it is left so'
}

const moment = (at: Instant, timeZone: string): Markup => html`<time datetime="${iso(at)}">${formatOf(timeZone).format(at)}</time>`

/** By zone: to build one takes a millisecond, and 10,000 pages may be asked for in a second. */
const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', {
    timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
  })
  formats.set(timeZone, format)
  return format
}
