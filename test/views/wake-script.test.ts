import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { WAKE_SCRIPT } from '../../lib/views/wake-script.ts'

interface Reply {
  readonly phase: string | null
  readonly parts?: Readonly<Record<string, string>>
}

/** As much of a browser as the script touches. `tick` lets its timer ring once. */
const browser = (replies: readonly (Reply | Error)[], { hidden = false, focused = false } = {}) => {
  const element = (innerHTML: string) => ({ innerHTML, contains: () => focused })
  const elements: Record<string, ReturnType<typeof element>> = { title: element('is asleep'), status: element('old'), detail: element('<form>') }
  const fetched: { readonly headers: Record<string, string> }[] = []
  const seen = { reloads: 0, focus: 0, waits: [] as number[], title: '' }
  const left = [...replies]
  let timer: (() => unknown) | undefined
  const document = {
    hidden, title: '', body: { dataset: { again: '5' } }, activeElement: {},
    getElementById: (id: string) => elements[id],
    querySelector: () => ({ focus: () => (seen.focus += 1) }),
  }
  class DOMParser {
    parseFromString(text: string) {
      const parts = JSON.parse(text) as Record<string, string>
      return { title: parts['title'], body: { dataset: { again: '2' } }, getElementById: (id: string) => element(parts[id] ?? elements[id]?.innerHTML ?? '') }
    }
  }
  runInNewContext(WAKE_SCRIPT, {
    document, DOMParser,
    location: { href: 'https://checkout.example.com/cart', reload: () => (seen.reloads += 1) },
    setTimeout: (run: () => unknown, ms: number) => {
      timer = run
      seen.waits.push(ms)
    },
    fetch: async (_url: string, init: { readonly headers: Record<string, string> }) => {
      fetched.push(init)
      const reply = left.shift() ?? new Error('offline')
      if (reply instanceof Error) throw reply
      return { headers: { get: () => reply.phase }, text: async () => JSON.stringify(reply.parts ?? {}) }
    },
  })
  return { seen, elements, document, fetched, tick: async () => timer?.() }
}

describe('the script of the wake page', () => {
  it('puts what is new in its place and goes on at the new pace', async () => {
    const { tick, elements, document, seen } = browser([{ phase: 'waking', parts: { title: 'is waking up', status: 'on its way' } }])
    await tick()
    expect(elements).toMatchObject({ title: { innerHTML: 'is waking up' }, status: { innerHTML: 'on its way' }, detail: { innerHTML: '<form>' } })
    expect(document.title).toBe('is waking up')
    expect(seen).toMatchObject({ reloads: 0, waits: [5000, 2000] })
  })

  it('goes in when the application answers instead of us', async () => {
    const { tick, seen } = browser([{ phase: null }])
    await tick()
    expect(seen).toMatchObject({ reloads: 1, waits: [5000] })
  })

  it('never asks as somebody who comes', async () => {
    const { tick, fetched } = browser([{ phase: 'asleep' }])
    await tick()
    expect(fetched[0]?.headers).toEqual({ accept: 'text/html', purpose: 'prefetch' })
  })

  it('goes on after a failure, and rests while nobody sees it', async () => {
    const failing = browser([new Error('offline')])
    await failing.tick()
    expect(failing.seen.waits).toEqual([5000, 5000])
    const unseen = browser([], { hidden: true })
    await unseen.tick()
    expect(unseen).toMatchObject({ fetched: [], seen: { waits: [5000, 5000] } })
  })

  it('gives the focus to the heading when the button goes', async () => {
    const { tick, seen } = browser([{ phase: 'waking', parts: { detail: '<ol>' } }], { focused: true })
    await tick()
    expect(seen.focus).toBe(1)
  })
})
