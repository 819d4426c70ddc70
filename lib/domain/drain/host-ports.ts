import { type Neighbourhood, NO_TESTS, type NodeTest } from './seating.ts'
import type { HostPort, Needs } from './snapshot.ts'

const ANY = '0.0.0.0'

const clash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY)

/** A port of a node serves one pod, on each address or on all of them (kube-scheduler's NodePorts filter). */
export const hostPorts = (): Neighbourhood => {
  const taken = new Map<number, HostPort[]>()
  /** Pods of one template share their test. */
  const tests = new Map<Needs, readonly NodeTest[]>()
  const testsOf = (needs: Needs): readonly NodeTest[] => {
    const known = tests.get(needs) ?? [{
      id: JSON.stringify(needs.hostPorts),
      passes: (index) => (taken.get(index) ?? []).every((port) => needs.hostPorts.every((wanted) => !clash(port, wanted))),
    }]
    tests.set(needs, known)
    return known
  }
  return {
    moved: ({ needs }, index, sign) => {
      if (needs.hostPorts.length === 0) return
      const here = taken.get(index) ?? []
      taken.set(index, here)
      if (sign === 1) here.push(...needs.hostPorts)
      else for (const port of needs.hostPorts) here.splice(here.indexOf(port), 1)
    },
    testsFor: ({ needs }) => (needs.hostPorts.length === 0 ? NO_TESTS : testsOf(needs)),
  }
}
