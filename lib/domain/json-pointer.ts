/** A JSON Pointer (RFC 6901) to a place in an object: `/metadata/annotations/catnap.dev~1asleep`. */
export const jsonPointer = (path: readonly string[]): string => path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
