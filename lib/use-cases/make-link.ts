import { type Link, linkText, linkToken, linkUrl } from '../domain/link.ts'
import type { LinkKeys } from '../ports.ts'

/** Signs a link and answers its address; `address` is where its environment is reached. Throws when the keys cannot be read. */
export const makeLink = async (linkKeys: Pick<LinkKeys, 'sign'>, address: string, link: Link): Promise<string> =>
  linkUrl(address, linkToken(link, await linkKeys.sign(linkText(link))))
