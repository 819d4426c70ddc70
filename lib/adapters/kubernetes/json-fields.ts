/** The fields of a JSON object whose shape is not known. */
export type Fields = Readonly<Record<string, unknown>>

/** A value as an object's fields; those of anything else are none. */
export const fieldsIn = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {})

/** A value as text; undefined when it is none. */
export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A value as a list; anything else is an empty one. */
export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A value as a map from texts to texts; what else is in it is left out. */
export const textsIn = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fieldsIn(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])))
