import { later, secondsBetween } from '../../../lib/domain/time.ts'
import type { Timeline } from '../../../lib/sandbox/timeline.ts'

/**
 * Lets so much time of a timeline pass. Before it goes on by a second or more, and at the end, `rest` waits for whatever lives
 * by the machine's time; that may plan something sooner.
 */
export const passAtRest = async (timeline: Timeline, seconds: number, rest: () => Promise<void>): Promise<void> => {
  const end = later(timeline.now(), seconds)
  for (;;) {
    const next = timeline.next() ?? end
    if (next >= end || secondsBetween(timeline.now(), next) >= 1) await rest()
    const due = timeline.next()
    if (due === undefined || due > end) break
    await timeline.step()
  }
  await timeline.runUntil(end)
}
