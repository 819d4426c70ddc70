import type { Timeline } from './timeline.ts'

/** Makes `Date` tell the timeline's time, for the functions as for the SDK, until the answer is called. */
export const followTimeline = (timeline: Pick<Timeline, 'now'>): (() => void) => {
  const WallDate = globalThis.Date
  globalThis.Date = class extends WallDate {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [timeline.now()] : given) as [number]))
    }

    static override now(): number {
      return timeline.now()
    }
  } as DateConstructor
  return () => {
    globalThis.Date = WallDate
  }
}
