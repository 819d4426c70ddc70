import { describe, expect, it } from 'vitest'
import { briefMemory } from '../../lib/adapters/cache/brief-memory.ts'
import type { Environment } from '../../lib/domain/environment.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import type { Memory, RecordChange } from '../../lib/ports.ts'
import { environment, NOW } from '../views/wake-builders.ts'

/** A table with a counter on it, behind a brief memory with a clock to turn. */
const brief = () => {
  const reads: string[] = []
  let now: Instant = NOW
  let record: Environment | undefined = environment()
  let broken = false
  const read = async <T>(what: string, value: T): Promise<T> => {
    reads.push(what)
    if (broken) throw new Error('throttled')
    return value
  }
  const table: Pick<Memory, 'fleet' | 'cluster' | 'glance' | 'environmentOfHost'> & { environments: Pick<Memory['environments'], 'get' | 'change'> } = {
    fleet: () => read('fleet', undefined),
    cluster: (name) => read(`cluster ${name}`, undefined),
    glance: (id) => read(`glance ${id}`, record),
    environmentOfHost: (host) => read(`host ${host}`, undefined),
    environments: {
      get: (id) => read(`get ${id}`, record),
      change: async (_id: string, { set }: RecordChange<Environment>) => (record = record && ({ ...record, ...set } as Environment)),
    },
  }
  return {
    memory: briefMemory(table as Memory, { now: () => now }),
    reads,
    pass: (seconds: number) => (now = later(now, seconds)),
    become: (next: Environment | undefined) => (record = next),
    fail: (fails: boolean) => (broken = fails),
  }
}

describe('a brief memory', () => {
  it('reads once for all who ask in the same second, also what is not there', async () => {
    const { memory, reads, pass } = brief()
    await Promise.all(Array.from({ length: 100 }, () => Promise.all([memory.glance('a/b'), memory.environmentOfHost('x'), memory.fleet(), memory.cluster('a')])))
    pass(0.9)
    await memory.glance('a/b')
    expect(reads).toEqual(['glance a/b', 'host x', 'fleet', 'cluster a'])
  })

  it('reads again after a second', async () => {
    const { memory, pass, become } = brief()
    expect((await memory.glance('a/b'))?.phase).toBe('asleep')
    become(environment({ phase: 'waking' }))
    expect((await memory.glance('a/b'))?.phase).toBe('asleep')
    pass(1)
    expect((await memory.glance('a/b'))?.phase).toBe('waking')
  })

  it('knows at once what it wrote or read for certain', async () => {
    const { memory, reads, become } = brief()
    await memory.glance('a/b')
    await memory.environments.change('a/b', { set: { phase: 'waking' } })
    expect((await memory.glance('a/b'))?.phase).toBe('waking')
    become(environment({ phase: 'awake' }))
    await memory.environments.get('a/b')
    expect((await memory.glance('a/b'))?.phase).toBe('awake')
    expect(reads).toEqual(['glance a/b', 'get a/b'])
  })

  it('forgets what it believed when a write showed that it is otherwise', async () => {
    const { memory, reads, become } = brief()
    await memory.glance('a/b')
    become(undefined)
    await memory.environments.change('a/b', { set: {} })
    expect(await memory.glance('a/b')).toBeUndefined()
    expect(reads).toHaveLength(2)
  })

  it('keeps no failure', async () => {
    const { memory, fail } = brief()
    fail(true)
    await expect(memory.glance('a/b')).rejects.toThrow('throttled')
    fail(false)
    expect(await memory.glance('a/b')).toBeDefined()
  })

  it('keeps a thousand hosts and no more, whatever strangers ask for', async () => {
    const { memory, reads } = brief()
    for (let host = 0; host <= 1000; host += 1) await memory.environmentOfHost(`h${host}`)
    await memory.environmentOfHost('h1')
    expect(reads).toHaveLength(1001)
    await memory.environmentOfHost('h0')
    expect(reads).toHaveLength(1002)
  })
})
