import { AwsError } from './aws-error.ts'

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * Throws an AwsError of `code` for tags AWS refuses: more than 50, a key over 128 or a value over 256 characters,
 * characters other than letters, digits, spaces and `_.:/=+-@` (JSON does not fit), a key that begins with `aws:`.
 */
export const refuseBadTags = (tags: ReadonlyMap<string, string>, code: string): void => {
  const refuse = (message: string): never => {
    throw new AwsError(400, code, message)
  }
  if (tags.size > 50) refuse(`Too many tags: found ${tags.size}, at most 50 are allowed`)
  for (const [key, value] of tags) {
    if (key === '' || key.length > 128) refuse(`Tag key must be between 1 and 128 characters long: found ${key.length}`)
    if (/^aws:/i.test(key)) refuse(`Tag keys must not begin with aws: found ${key}`)
    if (value.length > 256) refuse(`Tag value must be at most 256 characters long: found ${value.length}`)
    if (!allowed.test(key) || !allowed.test(value)) refuse(`Tag '${key}' contains characters that are not allowed`)
  }
}
