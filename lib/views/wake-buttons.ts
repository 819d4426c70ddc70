import { type Environment, heading } from '../domain/environment.ts'
import type { LinkDeed } from '../domain/link.ts'
import { type StayOffer, stayOffers } from '../domain/stay-offer.ts'
import { type Instant, later } from '../domain/time.ts'
import { type EnvironmentSight, say } from './wake-words.ts'

/** A button of the wake page: what its form says, and what people read. */
interface WakeButton {
  readonly value: string
  readonly label: string
}

/** What may be asked for here and now, the likeliest first: with a link what it is good for, else what anybody may. */
export const buttonsOf = ({ environment, still, link }: EnvironmentSight, now: Instant): readonly WakeButton[] => {
  const { terms: { wake } } = environment
  if (still !== undefined || wake.by === 'off') return []
  if (link !== undefined) return linkButtons(environment, link.deed)
  return wake.by === 'signed' ? [] : openButtons(environment, now)
}

const linkButtons = ({ phase }: Environment, deed: LinkDeed): readonly WakeButton[] => {
  const sleeps = heading(phase) === 'asleep'
  switch (deed.do) {
    case 'wake':
      return sleeps ? [WAKE] : []
    case 'stay':
      return [{ value: 'wake', label: `${sleeps ? 'Wake it for' : 'Keep it awake for'} ${say(deed.seconds)}` }]
    case 'sleep':
      return sleeps ? [] : [{ value: 'sleep', label: 'Send it to sleep now' }]
    default:
      return deed satisfies never
  }
}

const WAKE: WakeButton = { value: 'wake', label: 'Wake it up' }

/** What is promised already need not be asked for; a minute this way or that is no other promise. */
const SAME_SECONDS = 5 * 60

const openButtons = ({ phase, terms, lease, hold }: Environment, now: Instant): readonly WakeButton[] => {
  const offers = stayOffers(terms, now)
  if (heading(phase) === 'asleep') {
    const other = offers.filter(({ button, until }) => button === 'evening' && until > later(now, terms.wake.stayAwakeSeconds))
    return [WAKE, ...other.map((offer) => ({ value: offer.button, label: `Wake it ${sayOffer(offer)}` }))]
  }
  const promised = Math.max(lease?.until ?? 0, hold?.as === 'awake' ? hold.until : 0)
  return offers
    .filter(({ until }) => until > later(promised as Instant, SAME_SECONDS))
    .map((offer) => ({ value: offer.button, label: `Keep it awake ${sayOffer(offer)}` }))
}

const sayOffer = ({ button }: StayOffer): string => {
  switch (button) {
    case '2h':
      return 'for two hours'
    case 'evening':
      return 'until 22:00'
    default:
      return button satisfies never
  }
}
