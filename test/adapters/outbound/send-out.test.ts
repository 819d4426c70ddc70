import { createServer } from 'node:http'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sendOut } from '../../../lib/adapters/outbound/send-out.ts'

/** A server on this machine that counts who comes. */
const server = async (body = 'ok') => {
  let visits = 0
  const listening = createServer((_, answer) => {
    visits += 1
    answer.end(body)
  })
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  const address = listening.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, visits: () => visits }
}

const post = (url: string, endpoint?: string) => sendOut({ url: new URL(url), method: 'POST', headers: {}, body: '', endpoint })

describe('a request to an address somebody wrote', () => {
  it.each(['127.0.0.1', '127.9.9.9', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '169.254.169.254', '[fe80::1]', '2130706433', '0x7f.1'])(
    'does not reach the function’s own machine by %s', async (host) => {
      const { port, visits } = await server()
      await expect(post(`http://${host}:${port}/secret?token`)).rejects.toThrow(/is not asked: found the address/)
      expect(visits()).toBe(0)
    })

  it('does not reach it by a name that resolves to it', async () => {
    const { port, visits } = await server()
    await expect(post(`http://localhost:${port}/secret`)).rejects.toThrow(/localhost.* is not asked: found the address (?:127\.0\.0\.1|::1)/)
    expect(visits()).toBe(0)
  })

  it('names no path and no query in what it says', async () => {
    const said = await post('https://name.invalid/secret?token').catch(String)
    expect(said).toContain('name.invalid could not be reached')
    expect(said).not.toMatch(/secret|token/)
  })

  it('goes to the endpoint of a sandbox instead, path and query with it', async () => {
    const { port } = await server('found')
    expect(await post('https://hooks.example.com/path', `http://127.0.0.1:${port}`)).toMatchObject({ status: 200, text: 'found' })
  })

  it('is given up where the answer has no end in sight', async () => {
    const { port } = await server('x'.repeat(2 ** 20 + 1))
    await expect(post('https://hooks.example.com/', `http://127.0.0.1:${port}`)).rejects.toThrow('hooks.example.com answered more than 1048576 bytes, expected fewer')
  })
})
