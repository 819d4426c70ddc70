import { type Browser, chromium } from 'playwright-core'
import { findChromium } from './find-chromium.ts'

/** Debian's Chromium. As root, as in most containers, it runs only without its own sandbox. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
