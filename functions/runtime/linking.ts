import { ssmLinkKeys } from '../../lib/adapters/ssm/ssm-link-keys.ts'
import type { Clock, LinkKeys } from '../../lib/ports.ts'

/** The keys of signed links, where the deployment has any. What reads them is made with the first link: most visits carry none. */
export const linking = (clock: Clock, region?: string, parameter = process.env['CATNAP_LINK_KEY'] ?? ''): LinkKeys | undefined => {
  if (parameter === '') return undefined
  let made: LinkKeys | undefined
  const keys = (): LinkKeys => (made ??= ssmLinkKeys(parameter, clock, region))
  return { sign: (text) => keys().sign(text), verify: (text, signature) => keys().verify(text, signature), rotate: () => keys().rotate() }
}
