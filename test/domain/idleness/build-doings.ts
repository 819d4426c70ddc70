import type { Doings } from '../../../lib/domain/idleness/doings.ts'

/** A namespace in which nothing goes on, unless told otherwise. */
export const doingsOf = (changes: Partial<Doings> = {}): Doings => ({ cpu: { milli: 0 }, runningJobs: [], revision: 'a', podsSince: [], ...changes })
