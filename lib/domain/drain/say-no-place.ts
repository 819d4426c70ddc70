import type { Obstacle } from './board.ts'
import type { Needs, SeenPod } from './snapshot.ts'

/** Row 17 in words: what keeps a pod from the nodes that stay, and what it asks of them. */
export const sayNoPlace = ({ needs, claims }: SeenPod, obstacle: Obstacle): string => {
  const wants = [...roomOf(needs), ...rulesOf(needs), ...claims.map((claim) => `the volume of claim ${claim}`)]
  return `no place: ${OBSTACLES[obstacle]}${wants.length === 0 ? '' : ` (asks for ${wants.join(', ')})`}`
}

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  nowhere: 'no other node stays',
  closed: 'fits on no node that stays: labels, taints or volumes close each to it',
  full: 'fits on no node that stays: none it may run on has the room, or a pod to spare',
  refused: 'fits on no node that stays: pods there keep it away from each with room',
}

const roomOf = ({ requests: { cpuMilli, memoryBytes, others } }: Needs): readonly string[] => [
  ...(cpuMilli > 0 ? [`${cpuMilli}m CPU`] : []),
  ...(memoryBytes > 0 ? [`${Math.ceil(memoryBytes / 2 ** 20)} MiB`] : []),
  ...Object.entries(others).flatMap(([name, amount]) => (amount > 0 ? [`${amount} ${name}`] : [])),
]

const rulesOf = ({ nodeSelector, nodeTerms, near, apart, spread, hostPorts }: Needs): readonly string[] => [
  ...Object.entries(nodeSelector).map(([key, value]) => `node selector ${key}=${value}`),
  ...(nodeTerms === undefined ? [] : [`node affinity${on(nodeTerms.flatMap(({ expressions, fields }) => [...expressions, ...fields]))}`]),
  ...near.map(({ topologyKey }) => `pod affinity by ${topologyKey}`),
  ...apart.map(({ topologyKey }) => `pod anti-affinity by ${topologyKey}`),
  ...spread.map(({ topologyKey, maxSkew }) => `spread by ${topologyKey} with a skew of at most ${maxSkew}`),
  ...hostPorts.map(({ port }) => `host port ${port}`),
]

const on = (requirements: readonly { readonly key: string }[]): string =>
  requirements.length === 0 ? '' : ` on ${[...new Set(requirements.map(({ key }) => key))].join(' and ')}`
