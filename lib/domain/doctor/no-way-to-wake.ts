import type { Rule } from './rule.ts'

/** Environments that people cannot wake by their address. */
export const noWayToWake: Rule = ({ patients }) =>
  patients.flatMap(({ environment: { id, terms: { hours, wake } } }) => {
    if (wake.hosts.length > 0 && wake.by !== 'off') return []
    const never = hours.trim().toLowerCase() === 'never'
    return [{
      severity: never ? 'weakens' as const : 'note' as const,
      environment: id,
      subject: `environment ${id}`,
      found: `${wake.hosts.length === 0 ? 'it has no host' : 'wake.by is off'}${never ? ', and its hours are never' : ''}`,
      means: never ? 'once asleep only the command line wakes it' : `outside of its hours (${hours}) only the command line wakes it`,
      advice: 'name the hosts people open, or leave it so where nobody is to wake it',
      remedy: `environments:\n  ${id}:\n    wake: { hosts: [${id.split('/')[1]}.example.com], by: click }`,
    }]
  })
