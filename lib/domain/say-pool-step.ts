import type { PoolOriginal } from './pool.ts'
import type { PoolStep } from './reclaim.ts'

/** The step in one sentence: the log line, the dry run, the audit record and the line in the mail. */
export const sayPoolStep = (pool: string, step: PoolStep): string => {
  switch (step.do) {
    case 'prepare':
      return `prepare pool ${pool}: ${sayPreparation(step)} (${step.why}; undone by ${sayPoolSize(step.original)})`
    case 'open':
      return `open pool ${pool}: ${sayLimits(step.original.limits)} again (${step.why}; undone by a CPU limit of 0)`
    case 'mark':
      return `cordon and mark node ${step.node.name} (${step.why}; undone by removing the mark)`
    case 'give-back':
      return `give node ${step.node.name} back (${step.why})`
    case 'evict':
      return step.pods.length === 0
        ? `empty node ${step.node.name}, from which no pod may go yet (${step.why}; undone by removing the mark)`
        : `evict ${step.pods.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')} from node ${step.node.name} (${step.why}; undone by removing the mark)`
    case 'stop-drain':
      return `give node ${step.node.name} back, it could not be emptied (${step.why})`
    case 'remove':
      return `end ${step.node.instanceType} ${step.node.instanceId} under node ${step.node.name}, and capacity with it (${step.why}; undone by one node more)`
    case 'restore':
      return `restore pool ${pool} to ${sayPoolSize(step.original)} (${step.why})`
    case 'forget':
      return `forget pool ${pool} (${step.why})`
    default:
      return step satisfies never
  }
}

const sayPreparation = ({ original, minSize, raisedTo }: Extract<PoolStep, { do: 'prepare' }>): string => {
  if (original.limits !== undefined) return `${sayLimits(original.limits)} → a CPU limit of 0, so that Karpenter starts no node`
  const before = raisedTo ?? original.minSize
  const minimum = minSize === before ? `minimum stays ${minSize}` : `minimum ${before} → ${minSize}`
  return `${minimum}${original.rebalancing ? ', rebalancing suspended' : ''}`
}

const sayLimits = (limits: PoolOriginal['limits']): string =>
  (limits === undefined || limits === null ? 'no limits' : `limits ${Object.entries(limits).map(([name, limit]) => `${name} ${limit}`).join(', ')}`)

const sayPoolSize = ({ minSize, desiredSize, maxSize, limits }: PoolOriginal): string =>
  (maxSize === Number.MAX_SAFE_INTEGER ? `${sayLimits(limits)}, ${desiredSize} nodes` : `min ${minSize}, desired ${desiredSize}, max ${maxSize}`)
