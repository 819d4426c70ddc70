import { type Neighbourhood, NO_TESTS } from './seating.ts'
import type { Needs, SeenNode } from './snapshot.ts'
import type { Free } from './place-tree.ts'

/** What is still free on each node, by its number. */
export interface NodeRooms extends Neighbourhood {
  free(index: number): Free
}

/** What a pod takes of the three things every node has. */
export const asked = ({ requests: { cpuMilli, memoryBytes } }: Needs): Free => ({ cpuMilli, memoryBytes, pods: 1 })

/** All of every node, before any pod. The tests are about what not every node has: GPUs, huge pages, disk. */
export const nodeRooms = (nodes: readonly SeenNode[]): NodeRooms => {
  const rooms = nodes.map(({ allocatable: { cpuMilli, memoryBytes, others }, allocatablePods }) => ({
    cpuMilli, memoryBytes, pods: allocatablePods, others: new Map(Object.entries(others)),
  }))
  return {
    free: (index) => rooms[index] ?? { cpuMilli: 0, memoryBytes: 0, pods: 0 },
    moved: ({ needs: { requests } }, index, sign) => {
      const room = rooms[index]
      if (room === undefined) return
      room.cpuMilli -= sign * requests.cpuMilli
      room.memoryBytes -= sign * requests.memoryBytes
      room.pods -= sign
      for (const name in requests.others) room.others.set(name, (room.others.get(name) ?? 0) - sign * (requests.others[name] ?? 0))
    },
    testsFor: ({ needs: { requests } }) => {
      const others = Object.entries(requests.others)
      return others.length === 0 ? NO_TESTS : others.flatMap(([name, amount]) =>
        amount > 0 ? [{ id: `${name}:${amount}`, passes: (index: number) => (rooms[index]?.others.get(name) ?? 0) >= amount }] : [])
    },
  }
}
