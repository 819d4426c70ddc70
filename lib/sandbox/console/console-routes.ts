import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import type { Environment } from '../../domain/environment.ts'
import { sleepsUntil } from '../../domain/outlook.ts'
import type { Outside } from '../../use-cases/world.ts'
import { holdAsleep } from '../../use-cases/hold-asleep.ts'
import { requestWake } from '../../use-cases/request-wake.ts'
import { CONSOLE_FILES, CONSOLE_POLICY, consolePage, notePage } from '../../views/console/console-page.ts'
import { CONSOLE_ICON } from '../../views/console/console-icon.ts'
import { CONSOLE_SCRIPT } from '../../views/console/console-script.ts'
import { CONSOLE_STYLE } from '../../views/console/console-style.ts'
import type { ConsoleView } from '../../views/console/console-view.ts'
import { STAY_HOURS } from '../../views/console/environments-section.ts'
import type { Brief } from './brief.ts'

/** What the routes stand on. */
export interface ConsoleDesk {
  readonly outside: Outside
  /** Undefined before the first intent is delivered; `forget`: what was gathered is out of date. */
  readonly view: Brief<ConsoleView | undefined>
  /** Starts the mail viewer where it does not run, and answers its address. */
  readonly mailbox: () => Promise<string>
}

/** Whose word it is, for the history. */
const BY = 'console'

/** What becomes of a click. */
type Wish = Awaited<ReturnType<typeof requestWake>> | Awaited<ReturnType<typeof holdAsleep>>

/**
 * The console over HTTP: the page, its files, and a POST for each button. A POST must come from a page of this very
 * origin, as its Origin or Sec-Fetch-Site tells; the environments' own pages are another.
 */
export const consoleRoutes = ({ outside, view, mailbox }: ConsoleDesk): Hono => {
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value)
  })
  app.use(csrf())
  app.get('/', async (context) => {
    const seen = await view.ask()
    return seen === undefined ? context.html(notePage('Nothing is delivered yet', 'Begin with: npm run -s catnap -- apply catnap.yaml'), 503) : context.html(consolePage(seen))
  })
  app.get(CONSOLE_FILES.style, (context) => context.body(CONSOLE_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get(CONSOLE_FILES.script, (context) => context.body(CONSOLE_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.get(CONSOLE_FILES.icon, (context) => context.body(CONSOLE_ICON, 200, { 'content-type': 'image/svg+xml' }))
  app.get('/console/mailbox', async (context) => context.redirect(await mailbox(), 303))
  app.post('/console/environments/:cluster/:name/:verb{wake|sleep|stay-awake}', async (context) => {
    const { cluster, name, verb } = context.req.param()
    const id = `${cluster}/${name}`
    const wish = await ask(outside, id, verb)
    view.forget()
    const refusal = refusalOf(wish, id)
    return refusal === undefined ? context.redirect(`/#${id}`, 303) : context.html(notePage('Nothing was done', refusal.text), refusal.status)
  })
  app.notFound((context) => context.html(notePage('There is no such page', 'The console has one page, and the buttons on it.'), 404))
  app.onError((error, context) => {
    if ('getResponse' in error) return context.html(notePage('Nothing was done', 'The request did not come from the console’s own page.'), 403)
    outside.log.warn('the console failed to answer', { path: context.req.path, reason: error.stack ?? error.message })
    return context.html(notePage('The console failed to answer', 'The sandbox goes on; what went wrong stands in the terminal it runs in.'), 500)
  })
  return app
}

/** `same-origin`: with `no-referrer` browsers say `Origin: null` with a click (Fetch, 3.1). */
const HEADERS = {
  'content-security-policy': CONSOLE_POLICY, 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff',
}

const ask = async (outside: Outside, id: string, verb: string): Promise<Wish> => {
  if (verb !== 'sleep') return requestWake(outside, id, { by: BY, ...(verb === 'wake' ? {} : { staySeconds: STAY_HOURS * 3600 }) })
  const holidays = (await outside.memory.fleet())?.holidays ?? []
  const until = (environment: Environment) => sleepsUntil(environment, holidays, outside.clock.now())
  return holdAsleep(outside, id, { by: BY, until })
}

const refusalOf = (wish: Wish, id: string): { readonly status: 404 | 409; readonly text: string } | undefined => {
  switch (wish.is) {
    case 'unknown':
      return { status: 404, text: `There is no environment ${id}.` }
    case 'paused':
      return { status: 409, text: `Catnap is paused, by ${wish.by}: ${id} is left as it is. First run: npm run -s catnap -- resume` }
    case 'observed':
      return { status: 409, text: `Its cluster is in observe mode: Catnap decides there and does nothing. To let it act, set mode: act in the intent and apply it.` }
    case 'held':
    case 'awake':
    case 'on-its-way':
      return undefined
    default:
      return wish satisfies never
  }
}
