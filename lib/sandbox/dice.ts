import { createHash } from 'node:crypto'

/** Numbers that look random and depend on the seed and the key alone, never on how many were drawn before. */
export type Dice = (low: number, high: number, ...key: readonly (string | number)[]) => number

/** Dice of one seed: `roll(40, 100, 'join', instanceId)` is the same in every run, in any order. */
export const dice =
  (seed: number): Dice =>
  (low, high, ...key) => {
    const digest = createHash('sha256').update(`${seed}\0${key.join('\0')}`).digest()
    return low + (high - low) * (digest.readUInt32BE(0) / 2 ** 32)
  }
