import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ssmLinkKeys } from '../../../lib/adapters/ssm/ssm-link-keys.ts'
import { instant, type Instant, later } from '../../../lib/domain/time.ts'
import { createCloud, type SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'

const NOW = instant('2026-11-23T08:00:00Z')
const NAME = '/catnap/link-key'

let cloud: SimulatedCloud
let now: Instant
let reads: number
let fault: { readonly status: number; readonly code: string; readonly message: string } | undefined
const clock = { now: () => now }
const keys = (name = NAME) => ssmLinkKeys(name, clock)

beforeEach(async () => {
  now = NOW
  reads = 0
  fault = undefined
  cloud = await createCloud({
    timeline: new Timeline(NOW), dice: dice(1), clusters: [], prices: () => undefined,
    parameters: { [NAME]: 'k'.repeat(43), '/short': 'password' },
    intercept: async ({ service, action }) => {
      if (service === 'ssm' && action === 'GetParameter') reads += 1
      return fault
    },
  })
  for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL: cloud.url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })) vi.stubEnv(name, value)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await cloud.close()
})

describe('a signature', () => {
  it('is good for its text and its key, and for nothing else', async () => {
    const own = keys()
    const signature = await own.sign('text')
    expect(signature).toEqual({ key: 1, mac: expect.stringMatching(/^[\w-]{43}$/) })
    expect(await own.verify('text', signature)).toBe(true)
    expect(await own.verify('text ', signature)).toBe(false)
    expect(await own.verify('text', { ...signature, mac: `${signature.mac.slice(0, -2)}AA` })).toBe(false)
    expect(await own.verify('text', { ...signature, mac: '' })).toBe(false)
    for (const key of [0, 2, 999_999_999]) expect(await own.verify('text', { ...signature, key })).toBe(false)
  })

  it('of a key that nobody has is not good, although an empty one would have signed it so', async () => {
    const { createHmac } = await import('node:crypto')
    expect(await keys().verify('text', { key: 7, mac: createHmac('sha256', '').update('text').digest('base64url') })).toBe(false)
  })
})

describe('a rotation', () => {
  it('leaves links of the key before good, and ends those of the one before that', async () => {
    const operator = keys()
    const visited = keys()
    const first = await operator.sign('text')
    expect(await visited.verify('text', first)).toBe(true)
    expect(await operator.rotate()).toBe(2)
    const second = await operator.sign('text')
    expect(second.key).toBe(2)
    now = later(now, 10)
    expect([await visited.verify('text', first), await visited.verify('text', second)]).toEqual([true, true])
    await operator.rotate()
    now = later(now, 5 * 60)
    expect([await visited.verify('text', first), await visited.verify('text', second)]).toEqual([false, true])
  })

  it('makes the first key where there is none', async () => {
    const fresh = keys('/catnap/another')
    await expect(fresh.sign('text')).rejects.toThrow('found no SSM parameter /catnap/another in this account and region, expected a SecureString; make one with: catnap link rotate')
    expect(await fresh.rotate()).toBe(1)
    expect(await fresh.verify('text', await fresh.sign('text'))).toBe(true)
  })
})

describe('the keys', () => {
  it('are read once in five minutes, however many ask', async () => {
    const own = keys()
    await Promise.all(Array.from({ length: 50 }, () => own.sign('text')))
    now = later(now, 299)
    await own.verify('text', { key: 1, mac: '' })
    expect(reads).toBe(1)
    now = later(now, 1)
    await own.sign('text')
    expect(reads).toBe(2)
  })

  it('are read no oftener than each ten seconds for strangers who make numbers up', async () => {
    const own = keys()
    for (let second = 0; second < 30; second += 1) {
      for (const key of [5, 6, 7]) await own.verify('text', { key, mac: 'a'.repeat(43) })
      now = later(now, 1)
    }
    expect(reads).toBe(3)
  })

  it('that cannot be read are a failure for ten seconds, told without the key', async () => {
    const own = keys()
    fault = { status: 400, code: 'AccessDeniedException', message: 'User is not authorized to perform: ssm:GetParameter' }
    for (let times = 0; times < 5; times += 1) await expect(own.verify('text', { key: 1, mac: '' })).rejects.toThrow('ssm:GetParameter')
    expect(reads).toBe(1)
    fault = undefined
    now = later(now, 10)
    expect((await own.sign('text')).key).toBe(1)
  })

  it('are tried again when SSM is busy', async () => {
    fault = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }
    setTimeout(() => (fault = undefined), 100)
    expect((await keys().sign('text')).key).toBe(1)
  })

  it('are no passwords', async () => {
    await expect(keys('/short').sign('text')).rejects.toThrow('SSM parameter /short, version 1, is no key for links: found 8 characters, expected at least 32')
  })
})
