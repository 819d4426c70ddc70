import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFront } from '../../lib/sandbox/open-front.ts'

const takenPort = async () => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, free: () => new Promise((resolve) => server.close(resolve)) }
}

describe('the port of a live run', () => {
  it('is asked for before anything else, and says what to do where it is taken', async () => {
    const { port, free } = await takenPort()
    onTestFinished(async () => void (await free()))
    await expect(openFront(port)).rejects.toThrow(new RegExp(`port ${port} cannot be had: .*EADDRINUSE.*--port`))
  })

  it('asks who comes too soon to wait', async () => {
    const { port, free } = await takenPort()
    await free()
    const front = await openFront(port)
    onTestFinished(() => front.close())
    const early = await fetch(`http://localhost:${port}/`)
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5'])
    front.serve(async (_, response) => void response.end('up'))
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('up')
  })

  it('is closed only when no request is under way', async () => {
    const { port, free } = await takenPort()
    await free()
    const front = await openFront(port)
    const order: string[] = []
    const came = new Promise<void>((resolve) => {
      front.serve(async () => {
        resolve()
        await wait(50)
        order.push('answered')
      })
    })
    const asked = fetch(`http://localhost:${port}/`).catch(() => order.push('cut off'))
    await came
    await front.close()
    order.push('closed')
    await asked
    expect(order.filter((what) => what !== 'cut off')).toEqual(['answered', 'closed'])
  })
})
