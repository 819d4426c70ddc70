import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './open-browser.ts'
import { startConsole } from './start-console.ts'

/** Wednesday evening in Paris, after two days and a half: offices in Europe sleep, those in America do not yet. */
const TELLING = '2d20h20m'

const WIDTH = 1280
const HEIGHT = 920
const MOST_BYTES = 300_000

const PICTURES = [
  { file: '../../docs/console.png', colorScheme: 'light' },
  { file: '../../docs/console-dark.png', colorScheme: 'dark' },
] as const

const browser = await openBrowser()
const sandbox = await startConsole('--skip', TELLING, '--speed', '1')
try {
  for (const { file, colorScheme } of PICTURES) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme, reducedMotion: 'reduce' })
    await page.goto(sandbox.url)
    await page.screenshot({ path })
    const { size } = statSync(path)
    if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, expected at most ${MOST_BYTES}; show less in it`)
    process.stdout.write(`${path}: ${size} bytes\n`)
  }
} finally {
  await sandbox.stop()
  await browser.close()
}
