import { ANNOTATIONS } from '../annotations.ts'
import type { PodRule } from '../pod-rule.ts'

/** Row 14: it keeps data on the node's disk that nobody called expendable. */
export const localStoragePod: PodRule = ({ localVolumes, annotations }) => {
  if (localVolumes.length === 0) return undefined
  const expendable = new Set((annotations[ANNOTATIONS.safeLocalVolumes] ?? '').split(',').map((name) => name.trim()))
  const kept = localVolumes.filter((name) => !expendable.has(name))
  if (kept.length === 0) return undefined
  const volumes = `${kept.length === 1 ? 'volume' : 'volumes'} ${kept.join(', ')}`
  return { verdict: 'block', reason: `keeps data on the node's disk: ${volumes}` }
}
