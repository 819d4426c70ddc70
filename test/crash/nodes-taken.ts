import type { CrashWorld } from './crash-world.ts'

/** Watches law 7. Each call answers the instances that began to end since the last one although pods ran on their nodes. */
export const nodesTaken = ({ cluster, cloud }: CrashWorld): (() => readonly string[]) => {
  const ending = (): readonly string[] => cloud.instances().flatMap(({ id, state }) => (state === 'shutting-down' || state === 'terminated' ? [id] : []))
  const known = new Set(ending())
  return () => ending().filter((id) => !known.has(id)).flatMap((id) => {
    known.add(id)
    const node = cluster.list('v1', 'Node').find(({ spec }) => JSON.stringify(spec).includes(id))?.metadata.name
    const carried = cluster.list('v1', 'Pod').filter(({ spec, metadata }) =>
      node !== undefined && JSON.stringify(spec).includes(`"nodeName":"${node}"`) && metadata.ownerReferences?.[0]?.kind !== 'DaemonSet')
    return carried.length === 0 ? [] : [`${id} was ended under ${carried.map(({ metadata }) => metadata.name).join(', ')}`]
  })
}
