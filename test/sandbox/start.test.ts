import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { smallFleetFiles } from './small-fleet-files.ts'

const MAIN = new URL('../../lib/sandbox/main.ts', import.meta.url).pathname
const run = promisify(execFile)

const headless = async (...words: readonly string[]) => JSON.parse((await run(process.execPath, [MAIN, '--fleet', smallFleetFiles(), '--json', ...words])).stdout) as Record<string, number>

describe('npm start with --for', () => {
  it('prints what was saved against the same time without Catnap, the same numbers for the same seed', async () => {
    const [one, two] = await Promise.all([headless('--for', '3h', '--seed', '3'), headless('--for', '3h', '--seed', '3')])
    expect(one).toEqual(two)
    expect(one).toMatchObject({ environments: 1, sleeps: 1, wakes: 1, wakesOnRequest: 0, nodesReclaimed: 2, nodesRestored: 2, failures: 0, lostOriginals: 0, nodeHoursBaseline: 9 })
    expect(one['nodeHoursActual']).toBeLessThan(7)
    expect(one['nodeHoursAvoided']).toBeCloseTo(9 - (one['nodeHoursActual'] ?? 0), 5)
  })

  it('says what is wrong with its words and its files', async () => {
    await expect(run(process.execPath, [MAIN, '--for', 'ever'])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('ever') as string })
    await expect(run(process.execPath, [MAIN, '--fleet', '/nowhere/fleet.yaml'])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere/fleet.yaml') as string })
  })
})

describe('npm start', () => {
  it('serves the environments: awake it answers, asleep a click brings it back; an interrupt ends it cleanly', async () => {
    // Below the ports that connections get by themselves.
    const port = 20_000 + (process.pid % 9_000)
    const sandbox = spawn(process.execPath, [MAIN, '--fleet', smallFleetFiles(), '--port', `${port}`, '--speed', '600'], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void sandbox.kill('SIGKILL'))
    const printed = text(sandbox.stdout)
    const ended = once(sandbox, 'exit')

    const awake = await until(port, (answer) => answer.status === 200)
    expect(awake.body).toContain('shop.localhost is awake')
    const asleep = await until(port, (answer) => answer.status === 503 && answer.body.includes('shop is asleep'))
    expect(asleep.body).toContain('<form method="post">')
    expect(await click(port)).toBe(303)
    expect((await until(port, (answer) => answer.status === 200)).body).toContain('shop.localhost is awake')

    sandbox.kill('SIGINT')
    expect(await ended).toEqual([0, null])
    expect(await printed).toMatch(/put to sleep Deployment shop\/web: 3 replicas → 0 replicas[\s\S]+wake Deployment shop\/web: 0 replicas → 3 replicas[\s\S]+ended/)
  })
})

interface Answer {
  readonly status: number
  readonly body: string
}

const BROWSER = { host: 'shop.localhost', accept: 'text/html' }

const look = (port: number): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/cart?item=1', headers: BROWSER }, (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }))
    }).on('error', () => resolve(undefined))
  })

const until = async (port: number, isIt: (answer: Answer) => boolean): Promise<Answer> => {
  for (;;) {
    const answer = await look(port)
    if (answer !== undefined && isIt(answer)) return answer
    await wait(200)
  }
}

const click = (port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { ...BROWSER, origin: 'http://shop.localhost', 'content-length': '0' }
    request({ port, host: '127.0.0.1', path: '/cart?item=1', method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject).end()
  })
