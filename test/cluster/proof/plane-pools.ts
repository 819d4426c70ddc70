import { planeKarpenter, type KarpenterOptions } from './plane-karpenter.ts'
import { planeNodes } from './plane-nodes.ts'
import { settled } from './settled.ts'

/** The nodes of a world's own, and who brings and takes them. */
export interface PlanePools {
  /** Waits until all that is under way in these namespaces and at the nodes has come about, at this instant of the timeline. */
  rest(namespaces: Iterable<string>): Promise<void>
  /** What came about at the nodes that never may. */
  offences(): readonly string[]
  close(): Promise<void>
}

/** So often in a row nodes may come and go, and Karpenter act, at one instant before something runs in circles. */
const MOST_TURNS = 200

/** The instances of a simulated cloud as nodes of a plane, with an actor who plays Karpenter. */
export const planePools = (options: KarpenterOptions): PlanePools => {
  const nodes = planeNodes(options.admin, options.cloud, options.stir)
  const karpenter = planeKarpenter(options)
  return {
    rest: async (namespaces) => {
      const own = [...namespaces]
      for (let turn = 0; turn < MOST_TURNS; turn += 1) {
        await nodes.settle()
        for (const namespace of own) await settled(options.admin, namespace)
        if (!(await karpenter())) return
      }
      throw new Error(`Karpenter has still something to do after ${MOST_TURNS} turns at one instant`)
    },
    offences: nodes.offences,
    close: nodes.close,
  }
}
