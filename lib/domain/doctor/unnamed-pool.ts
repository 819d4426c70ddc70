import type { Rule } from './rule.ts'

/** Pools that an environment's pods run on and the intent does not name: their nodes are left as they are. */
export const unnamedPool: Rule = ({ cluster, patients, pools }) => {
  const named = new Set(pools.filter(({ removed }) => removed !== true).map(({ name }) => name))
  const using = new Map<string, string[]>()
  for (const { environment } of patients) {
    for (const pool of environment.pools ?? []) if (!named.has(pool)) using.set(pool, [...(using.get(pool) ?? []), environment.id])
  }
  return [...using].map(([pool, environments]) => ({
    severity: 'weakens' as const,
    ...(environments.length === 1 && environments[0] !== undefined ? { environment: environments[0] } : {}),
    subject: `pool ${pool}`,
    found: `${environments.join(', ')} ran on it when last seen awake, and the intent does not name it`,
    means: 'its nodes stay on the bill while everything on them sleeps: nothing is saved there',
    advice: 'name it in the intent, with the fewest nodes that must stay',
    remedy: `clusters:\n  ${cluster.name}:\n    pools:\n      ${pool}: { keep: 1 }`,
  }))
}
