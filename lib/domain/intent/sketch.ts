import type { IntentPath } from './mistake.ts'

/** A key of a mapping and what stands under it. */
interface Entry {
  readonly name: string
  /** Empty where it is no mapping, which the schema tells. */
  readonly value: Readonly<Record<string, unknown>>
  readonly shaped: boolean
}

/** A text of the file and where it stands. */
interface Text {
  readonly path: IntentPath
  readonly text: string
}

/** As much of an intent as has the right shape. */
export interface Sketch {
  readonly clusters: readonly Entry[]
  readonly environments: readonly Entry[]
  readonly reports: readonly Entry[]
  readonly notifies: boolean
  readonly protect: readonly string[]
  readonly holidays: readonly Text[]
}

/** Whether a value is a mapping. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands under the keys of a mapping; of anything else nothing. */
export const entries = (value: unknown): readonly Entry[] =>
  Object.entries(isMapping(value) ? value : {}).map(([name, under]) =>
    isMapping(under) ? { name, value: under, shaped: true } : { name, value: {}, shaped: false },
  )

/** The texts of a list and where they stand, without what is no text. */
export const texts = (value: unknown, path: IntentPath): readonly Text[] =>
  (Array.isArray(value) ? value : []).flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ path: [...path, index], text }] : [],
  )

/** Takes what has the shape of an intent from a file, right or wrong. */
export const sketchOf = (file: unknown): Sketch => {
  const top = isMapping(file) ? file : {}
  return {
    clusters: entries(top['clusters']),
    environments: entries(top['environments']),
    reports: entries(top['reports']),
    notifies: top['notify'] !== undefined,
    protect: texts(top['protect'], ['protect']).map(({ text }) => text),
    holidays: texts(top['holidays'], ['holidays']),
  }
}
