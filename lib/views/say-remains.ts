import type { Environment } from '../domain/environment.ts'

/** That not all of an environment sleeps, and what first of all: `partly awake, by hand: Deployment shop/web runs by hand: 1 replica`. */
export const sayRemains = ({ phase, remains = [] }: Pick<Environment, 'phase' | 'remains'>): string | undefined => {
  const [first, ...others] = remains
  if (phase !== 'asleep' || first === undefined) return undefined
  const byHand = remains.some(({ by }) => by === 'hand') ? ', by hand' : ''
  return `partly awake${byHand}: ${first.text}${others.length === 0 ? '' : `, and ${others.length} more`}`
}
