import { type Fields, fieldsIn, listIn, textIn } from '../kubernetes/json-fields.ts'

/** As much of a karpenter.sh/v1 NodeClaim as tells which node it is and how it ends. */
export interface NodeClaim {
  readonly name: string
  readonly uid: string
  readonly pool: string | undefined
  /** Undefined until the instance is launched. */
  readonly instanceId: string | undefined
  readonly instanceType: string | undefined
  /** Deleted; its finalizer drains the node and ends the instance. */
  readonly isEnding: boolean
  /** What it waits for while it ends, in words. */
  readonly waitsFor: string
}

/** Reads a NodeClaim as the API answers it. */
export const readNodeClaim = (fields: Fields): NodeClaim => {
  const [metadata, spec, status] = [fieldsIn(fields['metadata']), fieldsIn(fields['spec']), fieldsIn(fields['status'])]
  const labels = fieldsIn(metadata['labels'])
  return {
    name: textIn(metadata['name']) ?? '',
    uid: textIn(metadata['uid']) ?? '',
    pool: textIn(labels['karpenter.sh/nodepool']),
    instanceId: textIn(status['providerID'])?.split('/').at(-1),
    instanceType: textIn(labels['node.kubernetes.io/instance-type']),
    isEnding: metadata['deletionTimestamp'] !== undefined,
    waitsFor: waitsFor(listIn(status['conditions']).map(fieldsIn), spec['terminationGracePeriod'] !== undefined),
  }
}

/** The steps of Karpenter's termination, in order; the first that is not done is what it waits for. */
const STEPS: Readonly<Record<string, string>> = {
  Drained: 'Karpenter waits for its pods to leave',
  VolumesDetached: 'Karpenter waits for its volumes to be detached',
  InstanceTerminating: 'Karpenter waits for EC2 to end the instance',
}

/** Without a grace period Karpenter waits for pods that may never leave (karpenter#1789: 77 days, billed). */
const waitsFor = (conditions: readonly Fields[], isBounded: boolean): string => {
  const isMet = (step: string): boolean => conditions.some(({ type, status }) => type === step && status === 'True')
  const step = Object.keys(STEPS).find((each) => !isMet(each))
  const message = textIn(conditions.find(({ type }) => type === step)?.['message'])
  const words = `${STEPS[step ?? ''] ?? 'Karpenter has done its part, EC2 has not'}${message === undefined || message === '' ? '' : ` (${message})`}`
  return isBounded ? words : `${words}; it waits without end, because the NodePool has no terminationGracePeriod`
}
