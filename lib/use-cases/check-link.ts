import type { Environment } from '../domain/environment.ts'
import { type Link, linkText, linkTokenIn, readLinkToken } from '../domain/link.ts'
import type { Instant } from '../domain/time.ts'
import type { Visit } from '../domain/visit.ts'
import type { LinkKeys } from '../ports.ts'

/** What a visit's link is worth. Which of several faults it has is said only of links that we made. */
export type LinkCheck = { readonly is: 'no-link' | 'link-invalid' | 'link-expired' | 'link-withdrawn' } | { readonly is: 'link'; readonly link: Link }

/** Checks the link a visit carries, for the environment it came to. Throws when the keys cannot be read. */
export const checkLink = async (linkKeys: Pick<LinkKeys, 'verify'> | undefined, { query }: Visit, { id, links = 0 }: Environment, now: Instant): Promise<LinkCheck> => {
  const token = linkTokenIn(query)
  if (token === undefined) return { is: 'no-link' }
  const read = readLinkToken(token, id)
  if (linkKeys === undefined || read === undefined) return { is: 'link-invalid' }
  const { link, signature } = read
  if (!(await linkKeys.verify(linkText(link), signature))) return { is: 'link-invalid' }
  if (link.series !== links) return { is: 'link-withdrawn' }
  return link.until <= now ? { is: 'link-expired' } : { is: 'link', link }
}
