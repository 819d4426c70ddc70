import { type Kind, valueAt } from './kind.ts'

const PATH = ['spec', 'template', 'spec', 'nodeSelector', 'catnap.dev/asleep']

/** A DaemonSet has no replicas: asleep its pods ask for a node that carries a label no node has. Only where the intent says so. */
export const DAEMON_SET: Kind = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  path: PATH,
  kind: 'DaemonSet',
  role: 'workload',
  isOptional: false,
  read: (object) => {
    const value = valueAt(object, PATH)
    return { value: typeof value === 'string' ? value : null }
  },
  asleep: (present) => ('value' in present && present.value !== 'true' ? { value: 'true' } : undefined),
}
