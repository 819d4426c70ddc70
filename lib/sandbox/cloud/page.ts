import { AwsError } from './aws-error.ts'

/** Part of a list, and what asks for the next part. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextToken: string | undefined
}

/** One page of a list. Throws an AwsError of `code` for a token nobody gave out. */
export const page = <Item>(
  all: readonly Item[],
  { limit, token, code }: { limit: number; token: string | undefined; code: string },
): Page<Item> => {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString().replace(/^from:/, ''))
  if (!Number.isInteger(start) || start < 0) throw new AwsError(400, code, `The token '${token}' is invalid`)
  const end = start + limit
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined,
  }
}
