import { type Json, type Kind, valueAt } from './kind.ts'

const PATH = ['spec', 'syncPolicy', 'automated']

/** An Argo CD Application syncs by itself while it has `syncPolicy.automated`; without it, it only tells of drift. */
export const APPLICATION: Kind = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
  path: PATH,
  kind: 'Application',
  role: 'owner',
  isOptional: true,
  read: (object) => ({ value: (valueAt(object, PATH) ?? null) as Json }),
  asleep: (present) => ('value' in present && present.value !== null ? { value: null } : undefined),
}
