import { type FrontFacts, frontAtZero } from '../front/can-work-asleep.ts'
import { frontOf } from '../front/front.ts'
import type { Rule } from './rule.ts'

/** Whether the hosts of an environment are answered while it sleeps, with no node left too (docs/fronts.md). */
export const frontAsleep: Rule = ({ cluster, patients, frontParts }) => {
  const facts: FrontFacts = { ...frontParts, whole: cluster.whole }
  return patients.flatMap(({ environment: { id, terms } }) => {
    const { works, why } = frontAtZero(terms, facts)
    if (works || terms.wake.hosts.length === 0) return []
    return [{
      severity: 'hinders' as const,
      environment: id,
      subject: terms.wake.hosts.join(', '),
      found: `front ${frontOf(terms.wake)} cannot answer while it sleeps: ${why}`,
      means: 'people who open it get no answer, and nothing wakes it',
      advice: 'choose a front that can; docs/fronts.md compares them',
      remedy: `environments:\n  ${id}:\n    wake: { hosts: [${terms.wake.hosts.join(', ')}], front: alb }`,
    }]
  })
}
