import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant, later } from '../../lib/domain/time.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'

const start = instant('2026-11-23T08:00:00Z')

describe('the timeline', () => {
  it('does what is due in the order of its time, and of one instant in the order it was asked for', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (delays) => {
      const timeline = new Timeline(start)
      const done: [number, number][] = []
      for (const [index, delay] of delays.entries()) timeline.after(delay, () => void done.push([delay, index]))
      await timeline.runUntil(later(start, 20))
      expect(done).toEqual(delays.map((delay, index): [number, number] => [delay, index]).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]))
    }))
  })

  it('stands still while something happens, and then jumps', async () => {
    const timeline = new Timeline(start)
    const seen: number[] = []
    timeline.after(90, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(timeline.now() - start)
    })
    await timeline.runUntil(later(start, 100))
    expect(seen).toEqual([90_000])
    expect(timeline.now()).toBe(later(start, 100))
  })

  it('does what follows from what happens, within the same run', async () => {
    const timeline = new Timeline(start)
    let ticks = 0
    const tick = (): void => {
      ticks += 1
      timeline.after(60, tick)
    }
    timeline.after(0, tick)
    await timeline.runUntil(later(start, 600))
    expect(ticks).toBe(11)
    expect(timeline.next()).toBe(later(start, 660))
  })

  it('does now what was asked for the past, and never goes back', async () => {
    const timeline = new Timeline(start)
    let at: number | undefined
    timeline.at(later(start, -60), () => void (at = timeline.now()))
    await timeline.runUntil(later(start, -60))
    expect(at).toBeUndefined()
    await timeline.step()
    expect(at).toBe(start)
  })

  it('forgets what was taken back', async () => {
    const timeline = new Timeline(start)
    let ran = false
    const cancel = timeline.after(5, () => void (ran = true))
    cancel()
    expect(timeline.next()).toBeUndefined()
    expect(await timeline.step()).toBe(false)
    cancel()
    expect(ran).toBe(false)
  })
})
