import { seen } from './checkup.ts'
import type { Rule } from './rule.ts'

/** Files in `emptyDir` volumes: they end with their pods. One finding for each environment, for most of them are caches. */
export const lostFiles: Rule = (checkup) =>
  checkup.patients.flatMap(({ environment, namespaces }) => {
    const keeping = seen(checkup.looks.objects).filter(({ namespace, template }) => namespaces.includes(namespace) && template.scratchVolumes.length > 0)
    if (keeping.length === 0) return []
    // A StatefulSet is made to keep what it has; there an emptyDir is more often a mistake than a cache.
    const stateful = keeping.some(({ kind }) => kind === 'StatefulSet')
    return [{
      severity: stateful ? 'weakens' as const : 'note' as const,
      environment: environment.id,
      subject: keeping.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).slice(0, 3).join(', ') + (keeping.length > 3 ? ` and ${keeping.length - 3} more` : ''),
      found: `${keeping.length === 1 ? 'it keeps' : 'they keep'} files in emptyDir volumes: ${[...new Set(keeping.flatMap(({ template }) => template.scratchVolumes))].join(', ')}`,
      means: 'these files end with the pods: after a sleep they are gone, as after any restart',
      advice: 'put what must last on a PersistentVolumeClaim; caches need nothing',
    }]
  })
