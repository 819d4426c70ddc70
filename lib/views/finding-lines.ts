import type { Finding, Severity } from '../domain/doctor/finding.ts'
import type { Paint, Style } from './paint.ts'

const STYLES: Readonly<Record<Severity, Style>> = { hinders: 'red', weakens: 'yellow', note: 'dim' }

const WIDEST = 'weakens'.length

/** One finding for people: what is so, what follows, what to do, and exactly how. */
export const findingLines = (finding: Finding, paint: Paint): readonly string[] => {
  const { severity, subject, environment, cluster, rule, found, means, advice, remedy } = finding
  const margin = ' '.repeat(WIDEST + 2)
  return [
    `${paint(STYLES[severity], severity.padEnd(WIDEST))}  ${paint('bold', subject)} ${paint('dim', `(${environment ?? cluster}, ${rule})`)}`,
    `${margin}${found}`,
    `${margin}${means}`,
    `${margin}→ ${advice}`,
    ...(remedy === undefined ? [] : remedy.split('\n').map((line) => `${margin}    ${line}`)),
  ]
}

/** How many of each kind there are, in words. */
export const sayCounts = (findings: readonly Finding[]): string => {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const [hinders, weakens, notes] = [count('hinders'), count('weakens'), count('note')]
  if (findings.length === 0) return 'nothing found that hinders a sleep or a wake'
  return [
    hinders === 0 ? 'nothing hinders a sleep or a wake' : `${hinders} ${hinders === 1 ? 'hinders' : 'hinder'} a sleep or a wake`,
    ...(weakens === 0 ? [] : [`${weakens} ${weakens === 1 ? 'weakens' : 'weaken'} it`]),
    ...(notes === 0 ? [] : [`${notes} to note`]),
  ].join(', ')
}
