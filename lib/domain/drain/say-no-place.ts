import type { Needs, SeenPod } from './snapshot.ts'

/** Row 17 in words: what is not known, or what the pod asks that no node that stays offers. */
export const sayNoPlace = ({ needs, claims }: SeenPod, unknown: string | undefined): string => {
  if (unknown !== undefined) return `no place: ${unknown}`
  const rules = [...rulesOf(needs), ...(claims.length > 0 ? ['volume'] : [])]
  const wants = [...roomOf(needs), ...rules].join(', ')
  return `no place: fits on no node that stays${wants === '' ? '' : ` (asks for ${wants})`}`
}

const roomOf = ({ requests: { cpuMilli, memoryBytes, others } }: Needs): readonly string[] => [
  ...(cpuMilli > 0 ? [`${cpuMilli}m CPU`] : []),
  ...(memoryBytes > 0 ? [`${Math.ceil(memoryBytes / 2 ** 20)} MiB`] : []),
  ...Object.entries(others).flatMap(([name, amount]) => (amount > 0 ? [`${amount} ${name}`] : [])),
]

const rulesOf = ({ nodeSelector, nodeTerms, near, apart, spread, hostPorts }: Needs): readonly string[] => [
  ...(Object.keys(nodeSelector).length > 0 ? ['node selector'] : []),
  ...(nodeTerms === undefined ? [] : ['node affinity']),
  ...(near.length > 0 ? ['pod affinity'] : []),
  ...(apart.length > 0 ? ['pod anti-affinity'] : []),
  ...(spread.length > 0 ? ['topology spread'] : []),
  ...hostPorts.map(({ port }) => `host port ${port}`),
]
