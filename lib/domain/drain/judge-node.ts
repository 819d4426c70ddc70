import type { Instant } from '../time.ts'
import type { NodeHold, NodeRule } from './node-rule.ts'
import { cordonedNode } from './node-rules/cordoned-node.ts'
import { fargateNode } from './node-rules/fargate-node.ts'
import { keptNode } from './node-rules/kept-node.ts'
import { leavingNode } from './node-rules/leaving-node.ts'
import { undisturbedNode } from './node-rules/undisturbed-node.ts'
import { unreadyNode } from './node-rules/unready-node.ts'
import { youngNode } from './node-rules/young-node.ts'
import type { SeenNode } from './snapshot.ts'

const RULES: readonly NodeRule[] = [undisturbedNode, keptNode, leavingNode, cordonedNode, unreadyNode, fargateNode, youngNode]

/** Everything that holds a node by itself, whatever runs on it. */
export const judgeNode = (node: SeenNode, now: Instant): readonly NodeHold[] => RULES.flatMap((rule) => rule(node, now) ?? [])
