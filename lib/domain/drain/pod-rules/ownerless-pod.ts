import type { PodRule } from '../pod-rule.ts'
import { controllerOf, type OwnerReference } from '../snapshot.ts'

/** The kinds of controllers a snapshot holds, by API group. All others are taken for there. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  '': ['ReplicationController'],
  apps: ['ReplicaSet', 'StatefulSet', 'Deployment', 'DaemonSet'],
  batch: ['Job'],
}

const isBuiltIn = ({ group, kind }: OwnerReference): boolean => BUILT_IN[group]?.includes(kind) === true

/** Row 11: nobody would bring it back. */
export const ownerlessPod: PodRule = (pod, { controllers }) => {
  const controller = controllerOf(pod)
  if (controller === undefined) return { verdict: 'block', reason: 'no controller: nobody would bring it back' }
  if (!isBuiltIn(controller) || controllers.has(controller.uid)) return undefined
  return { verdict: 'block', reason: `its ${controller.kind} ${controller.name} is gone: nobody would bring it back` }
}
