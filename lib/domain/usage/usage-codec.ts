import type { Instant } from '../time.ts'
import type { ContainerUsage, MemoryPeak, OutOfMemory } from './container-usage.ts'

/**
 * What is known of a container as one short text: lists apart by `;`, whole numbers in base 36 apart by `,`, a 0 left
 * out. A hundred thousand containers are read and written every few minutes, and DynamoDB charges by the kilobyte.
 */
const VERSION = '1'

/** Writes what is known of a container. `decodeUsage` reads exactly the same back. */
export const encodeUsage = (usage: ContainerUsage): string => {
  const { firstAt, lastAt, awakeSeconds, unseenSeconds, cpuSamples, taken, refused, outOfMemory, memoryPeaks, cpu } =
    usage
  return [
    VERSION,
    write([firstAt, lastAt, awakeSeconds, unseenSeconds, cpuSamples, taken, refused]),
    write(outOfMemory === undefined ? [] : [outOfMemory.at, outOfMemory.awakeSeconds, outOfMemory.memoryMiB]),
    write(memoryPeaks.flatMap(({ day, memoryMiB }) => [day, memoryMiB])),
    write([cpu.halfLives, cpu.firstBucket, ...cpu.weights]),
  ].join(';')
}

/** Reads what `encodeUsage` wrote. Throws a RangeError for anything else, a newer version included. */
export const decodeUsage = (text: string): ContainerUsage => {
  const [version, ...fields] = text.split(';')
  const lists = fields.map(read)
  const [counts, kill, peaks, cpu] = lists
  if (
    version !== VERSION ||
    lists.length !== 4 ||
    counts?.length !== 7 ||
    kill === undefined ||
    peaks === undefined ||
    cpu === undefined
  )
    throw notUsage(text)
  const [firstAt = 0, lastAt = 0, awakeSeconds = 0, unseenSeconds = 0, cpuSamples = 0, taken = 0, refused = 0] = counts
  const [halfLives = 0, firstBucket = 0, ...weights] = cpu
  return {
    firstAt: firstAt as Instant,
    lastAt: lastAt as Instant,
    awakeSeconds,
    unseenSeconds,
    cpu: { halfLives, firstBucket, weights },
    cpuSamples,
    memoryPeaks: toPeaks(peaks),
    ...toKill(kill),
    taken,
    refused,
  }
}

const write = (numbers: readonly number[]): string =>
  numbers.map((number) => (number === 0 ? '' : number.toString(36))).join(',')

const read = (field: string): readonly number[] | undefined => {
  if (!/^[0-9a-z,]*$/.test(field)) return undefined
  return field === '' ? [] : field.split(',').map((number) => (number === '' ? 0 : Number.parseInt(number, 36)))
}

const toPeaks = (numbers: readonly number[]): readonly MemoryPeak[] =>
  numbers.flatMap((day, index) => (index % 2 === 0 ? [{ day, memoryMiB: numbers[index + 1] ?? 0 }] : []))

const toKill = ([at, awakeSeconds, memoryMiB]: readonly number[]): { readonly outOfMemory?: OutOfMemory } =>
  at === undefined || awakeSeconds === undefined || memoryMiB === undefined
    ? {}
    : { outOfMemory: { at: at as Instant, awakeSeconds, memoryMiB } }

const notUsage = (text: string): RangeError =>
  new RangeError(
    `not a usage record: found "${text.slice(0, 40)}", expected version ${VERSION} and four lists of numbers; ` +
      'a newer version is read by a newer release',
  )
