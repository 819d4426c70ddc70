import type { Projection } from '../domain/projection.ts'
import type { Paint } from './paint.ts'
import { inZone, sayClock, sayDay } from './zoned-time.ts'

/** The coming changes under the days they fall on, by the clock of one zone. */
export const comingDays = ({ from, changes }: Pick<Projection, 'from' | 'changes'>, zone: string, paint: Paint): readonly string[] => {
  const widest = Math.max(0, ...changes.map(({ environment }) => environment.length))
  return [...Map.groupBy(changes, ({ at }) => sayDay(at, zone))].flatMap(([day, ofDay]) => [
    paint('bold', day),
    ...ofDay.map(({ at, environment, becomes, why }) => {
      const state = becomes === 'awake' ? paint('green', 'ready ') : paint('dim', 'asleep')
      return `  ${sayClock(at, zone)}  ${environment.padEnd(widest)}  ${state}  ${inZone(why, zone, from)}`
    }),
  ])
}
