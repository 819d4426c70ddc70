import type { Rule } from './rule.ts'

/** A cluster that may sleep to no node at all, of which the intent keeps some. */
export const wholeWithKeep: Rule = ({ cluster, pools }) => {
  const kept = pools.filter(({ keep, removed }) => keep > 0 && removed !== true)
  if (!cluster.whole || kept.length === 0) return []
  return [{
    severity: 'note',
    subject: `cluster ${cluster.name}`,
    found: `whole: true, and ${kept.map(({ name, keep }) => `${name} keeps ${keep}`).join(', ')}`,
    means: 'what is kept stays on the bill though the cluster may sleep to no node',
    advice: 'keep 0 where nothing has to stay, or leave whole out',
    remedy: `clusters:\n  ${cluster.name}:\n    whole: true\n    pools:\n${kept.map(({ name }) => `      ${name}: { keep: 0 }`).join('\n')}`,
  }]
}
