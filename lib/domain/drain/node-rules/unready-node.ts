import type { NodeRule } from '../node-rule.ts'

/** What a node that is not Ready shows cannot be relied on. */
export const unreadyNode: NodeRule = ({ ready }) => (ready ? undefined : { reason: 'not Ready', isPlace: false })
