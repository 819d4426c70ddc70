import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openBrowser } from './open-browser.ts'
import { CONTENT, CONTROLS, FOCUSED, LOW_CONTRAST, OVERFLOW } from './page-facts.ts'
import { type RunningConsole, startConsole } from './start-console.ts'

const DESKTOP = { width: 1280, height: 900 }
const PHONE = { width: 360, height: 780 }

let browser: Browser
let sandbox: RunningConsole | undefined

before(async () => {
  browser = await openBrowser()
  sandbox = await startConsole('--skip', '3h')
}, { timeout: 540_000 })

after(async () => {
  await sandbox?.stop()
  await browser.close()
})

const url = (): string => {
  if (sandbox === undefined) throw new Error('the sandbox did not start')
  return sandbox.url
}

/** Opens the console and notes what the browser complains of. */
const open = async (options: BrowserContextOptions = {}): Promise<{ readonly page: Page; readonly complaints: string[] }> => {
  const page = await browser.newPage({ viewport: DESKTOP, ...options })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  await page.goto(url())
  return { page, complaints }
}

const ask = async <T>(page: Page, expression: string): Promise<T> => (await page.evaluate(expression)) as T

describe('the console in a browser', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`is read with a contrast of 4.5:1 or better in ${colorScheme}`, async () => {
      const { page } = await open({ colorScheme })
      await page.locator('summary').click()
      assert.deepEqual(await ask(page, LOW_CONTRAST), [])
      await page.close()
    })
  }

  it('is not wider than a phone of 360 pixels', async () => {
    const { page } = await open({ viewport: PHONE })
    await page.locator('summary').click()
    assert.equal(await ask(page, OVERFLOW), 0)
    await page.close()
  })

  it('is reached by Tab alone, every control in the order of the page, and the focus is seen', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: 'Hold still' }).press('Enter')
    const controls = await ask<string[]>(page, CONTROLS)
    await page.getByRole('link', { name: 'Skip to the environments' }).focus()
    const reached: string[] = []
    while (reached.length < controls.length) {
      if (reached.length > 0) await page.keyboard.press('Tab')
      const { name, isSeen } = await ask<{ name: string; isSeen: boolean }>(page, FOCUSED)
      assert.ok(isSeen, `the focus on "${name}" is not seen`)
      reached.push(name)
    }
    assert.deepEqual(reached, controls)
    await page.close()
  })

  it('says the same without script', async () => {
    const [{ page: plain }, { page: live }] = await Promise.all([open({ javaScriptEnabled: false }), open()])
    const names = await ask<string[]>(plain, CONTENT)
    assert.ok(names.includes('checkout'), 'no environment is named')
    assert.deepEqual(names, await ask(live, CONTENT))
    assert.ok(await plain.locator('noscript p').isVisible())
    await Promise.all([plain.close(), live.close()])
  })

  it('keeps up to date by itself, and leaves what has the focus', async () => {
    const { page, complaints } = await open()
    await page.getByRole('button', { name: 'Wake us-dev/preview' }).focus()
    const clock = (await page.locator('#clock time').textContent()) ?? ''
    await page.locator('#clock').filter({ hasNotText: clock }).waitFor()
    assert.equal((await ask<{ name: string }>(page, FOCUSED)).name, 'Wake us-dev/preview')
    assert.deepEqual(complaints, [])
    await page.close()
  })

  it('wakes an environment by its button, without leaving the page, and keeps the focus there', async () => {
    const { page, complaints } = await open()
    await page.getByRole('button', { name: 'Wake eu-staging/demo' }).press('Enter')
    await page.getByRole('button', { name: 'Sleep eu-staging/demo' }).waitFor()
    assert.equal((await ask<{ name: string }>(page, FOCUSED)).name, 'Sleep eu-staging/demo')
    await page.locator('[id="eu-staging/demo:phase"] .awake').waitFor()
    await page.locator('#decisions-list').getByText('wakes on request of console').waitFor()
    assert.deepEqual(complaints, [])
    await page.close()
  })

  it('wakes an environment without script, too', async () => {
    const { page } = await open({ javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Wake us-dev/preview' }).click()
    await page.waitForURL(/#us-dev\/preview$/)
    await page.getByRole('button', { name: 'Sleep us-dev/preview' }).waitFor()
    await page.close()
  })

  it('opens the mailbox', async () => {
    const { page } = await open()
    await page.getByRole('link', { name: 'Read the mails' }).click()
    await page.waitForURL(({ port }) => port !== new URL(url()).port)
    await page.close()
  })
})
