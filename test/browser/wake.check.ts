import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { LinkDeed } from '../../lib/domain/link.ts'
import { instant } from '../../lib/domain/time.ts'
import { linkKeyOf } from '../../lib/sandbox/sandbox.ts'
import { makeLink } from '../../lib/use-cases/make-link.ts'
import { violations } from './axe.ts'
import { openBrowser } from './open-browser.ts'
import { CONTROLS, FOCUSED, LOW_CONTRAST, OVERFLOW } from './page-facts.ts'
import { type RunningConsole, startConsole } from './start-console.ts'

const DESKTOP = { width: 1000, height: 760 }
const PHONE = { width: 360, height: 780 }

/** `CATNAP_SCREENSHOTS=1 npm run test:browser` takes the pictures of docs/ anew. */
const TAKES_PICTURES = process.env['CATNAP_SCREENSHOTS'] === '1'
const MOST_BYTES = 120_000

/** A wake with new nodes takes three minutes of the sandbox. */
const PATIENCE_MS = 90_000

let browser: Browser
let sandbox: RunningConsole | undefined

before(async () => {
  browser = await openBrowser()
  // Monday, three in the morning: all that people open sleeps. A wake takes up to twenty seconds at this speed.
  sandbox = await startConsole('--skip', '3h', '--speed', '10')
}, { timeout: 540_000 })

after(async () => {
  await sandbox?.stop()
  await browser.close()
})

const portOf = (): string => {
  if (sandbox === undefined) throw new Error('the sandbox did not start')
  return new URL(sandbox.url).port
}

/** An address of an environment by its own host. */
const at = (name: string, path = '/'): string => `http://${name}.localhost:${portOf()}${path}`

/** Its own name says "HeadlessChrome", and what calls itself so wakes nothing (lib/domain/passer-by.ts). */
const person = (): string => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`

/** Opens an address and notes what the browser complains of; that the page itself is a 503 is as it should be. */
const open = async (address: string, options: BrowserContextOptions = {}): Promise<{ readonly page: Page; readonly complaints: string[] }> => {
  const page = await browser.newPage({ viewport: DESKTOP, userAgent: person(), ...options })
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints: string[] = []
  page.on('console', (message) => {
    if ((message.type() === 'error' || message.type() === 'warning') && !message.text().includes('503 (Service Unavailable)')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const answer = await page.goto(address)
  assert.equal(answer?.status(), 503)
  return { page, complaints }
}

const ask = async <T>(page: Page, expression: string): Promise<T> => (await page.evaluate(expression)) as T

const hasArrived = async (page: Page, path: string): Promise<void> => {
  await page.getByText('is awake', { exact: false }).first().waitFor()
  await page.locator('code', { hasText: path }).waitFor()
}

const picture = async (page: Page, file: string): Promise<void> => {
  if (!TAKES_PICTURES) return
  const path = fileURLToPath(new URL(`../../docs/${file}`, import.meta.url))
  await page.screenshot({ path })
  assert.ok(statSync(path).size <= MOST_BYTES, `${file} has ${statSync(path).size} bytes, expected at most ${MOST_BYTES}; show less in it`)
}

const sign = async (text: string) => ({ key: 1, mac: createHmac('sha256', linkKeyOf(1)).update(text).digest('base64url') })

/** The address of a link as `catnap link` makes it, with the key of the sandbox. */
const linkTo = (id: string, deed: LinkDeed): Promise<string> => {
  const link = { environment: id, deed, until: instant('2026-04-01T00:00:00Z'), series: 0 }
  return makeLink({ sign }, `http://localhost:${portOf()}/e/${id}`, link)
}

describe('the wake page in a browser', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing axe finds wrong in ${colorScheme}, asleep and waking, and a contrast of 4.5:1 or better`, async () => {
      const name = colorScheme === 'light' ? 'booking' : 'shop'
      const { page, complaints } = await open(at(name), { colorScheme })
      assert.deepEqual(await violations(page), [])
      assert.deepEqual(await ask(page, LOW_CONTRAST), [])
      await page.getByRole('button', { name: 'Wake it up' }).click()
      await page.getByRole('heading', { name: `${name} is waking up` }).waitFor()
      assert.deepEqual(await violations(page), [])
      assert.deepEqual(await ask(page, LOW_CONTRAST), [])
      await picture(page, colorScheme === 'light' ? 'wake-page.png' : 'wake-page-dark.png')
      assert.deepEqual(complaints, [])
      await page.close()
    })
  }

  it('wakes by a click, shows how far it is without being loaded again, and leads to the very path and query', async () => {
    const place = '/orders/7?page=2&q=a%20b%2F%C3%BC'
    const { page, complaints } = await open(at('preview', place))
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'preview is asleep')
    await page.getByRole('button', { name: 'Wake it up' }).click()
    await page.getByRole('heading', { name: 'preview is waking up' }).waitFor()
    await page.evaluate('window.isTheSame = true')
    const status = page.getByRole('status')
    const told = await status.textContent()
    await status.filter({ hasNotText: told ?? '' }).waitFor()
    assert.equal(await ask(page, 'window.isTheSame'), true)
    await hasArrived(page, '/orders/7?page=2')
    assert.equal(page.url(), at('preview', place))
    assert.deepEqual(complaints, [])
    await page.close()
  })

  it('does the same without script, by loading itself again', async () => {
    const place = '/slots?week=13'
    const { page } = await open(at('demo', place), { javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Wake it up' }).click()
    await page.getByRole('heading', { name: 'demo is waking up' }).waitFor()
    await hasArrived(page, place)
    assert.equal(page.url(), at('demo', place))
    await page.close()
  })

  it('is worked by the keyboard alone, and the focus is seen and not lost when the page changes', async () => {
    const { page } = await open(at('analytics'))
    const controls = await ask<string[]>(page, CONTROLS)
    assert.ok(controls.includes('Wake it up'))
    for (const control of controls) {
      await page.keyboard.press('Tab')
      assert.deepEqual(await ask(page, FOCUSED), { name: control, isSeen: true })
      if (control === 'Wake it up') break
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'analytics is waking up' }).waitFor()
    const status = await page.getByRole('status').textContent()
    await page.getByRole('button', { name: 'Keep it awake until 22:00' }).focus()
    await page.getByRole('status').filter({ hasNotText: status ?? '' }).waitFor()
    assert.notEqual((await ask<{ name: string }>(page, FOCUSED)).name, '')
    await page.close()
  })

  it('is not wider than a phone of 360 pixels', async () => {
    const { page } = await open(at('payments'), { viewport: PHONE, deviceScaleFactor: 2 })
    assert.equal(await ask(page, OVERFLOW), 0)
    assert.deepEqual(await violations(page), [])
    await picture(page, 'wake-page-phone.png')
    await page.close()
  })

  it('keeps awake for two hours, then until 22:00 of its own zone, by a button each, and then offers neither', async () => {
    const { page } = await open(`http://localhost:${portOf()}/e/eu-staging/booking`)
    const [hours, evening] = [page.getByRole('button', { name: 'Keep it awake for two hours' }), page.getByRole('button', { name: 'Keep it awake until 22:00' })]
    await hours.click()
    await hours.waitFor({ state: 'detached' })
    await evening.click()
    await evening.waitFor({ state: 'detached' })
    assert.match((await page.locator('dt', { hasText: 'Awake until at least' }).locator('+ dd').textContent()) ?? '', /22:00 (?:GMT|UTC)/)
    assert.equal(await hours.count(), 0)
    await page.close()
  })

  it('opened by a signed link waits for a click, then wakes what nobody may wake without', async () => {
    const { page } = await open(await linkTo('ap-test/payments', { do: 'stay', seconds: 3 * 3600 }))
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'payments is asleep')
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: 'Wake it for 3 hours' }).click()
    await page.getByRole('heading', { name: 'payments is waking up' }).waitFor()
    assert.ok(!page.url().includes('catnap-link'), 'the way back still carries the link')
    await page.close()
  })

  it('sends to sleep by a signed link, and by nothing else', async () => {
    const { page: plain } = await open(`http://localhost:${portOf()}/e/eu-staging/identity`)
    assert.equal(await plain.getByRole('button', { name: /sleep/ }).count(), 0)
    await plain.close()
    const { page } = await open(await linkTo('eu-staging/identity', { do: 'sleep' }))
    await page.getByRole('button', { name: 'Send it to sleep now' }).click()
    await page.getByRole('heading', { name: /identity is (?:falling asleep|asleep)/ }).waitFor()
    await page.close()
  })

  it('wakes nothing for a browser without a person', async () => {
    const { page } = await open(at('catalog'), { userAgent: person().replace('Chrome', 'HeadlessChrome') })
    await page.reload()
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'catalog is asleep')
    await page.close()
  })

  it('does nothing by a link that was changed on its way', async () => {
    const page = await browser.newPage()
    const answer = await page.goto((await linkTo('ap-test/payments', { do: 'wake' })).replace('payments', 'logistics'))
    assert.equal(answer?.status(), 403)
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'This link is not good')
    assert.deepEqual(await violations(page), [])
    await page.close()
  })
})
