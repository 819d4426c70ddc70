import { z } from 'zod'
import { LABEL_PATTERN } from './environment-id.ts'
import { matching } from './field.ts'
import { OBJECT_PATTERN } from './patterns.ts'

const owner = (what: string, example: string) =>
  matching(OBJECT_PATTERN, `${what} as namespace/name or name, such as ${example}`).optional().meta({ description: `${what[0]?.toUpperCase()}${what.slice(1)}, as \`namespace/name\` or \`name\`.`, examples: [example] })

const entry = z
  .strictObject(
    {
      cluster: matching(LABEL_PATTERN, 'the name of a cluster of this file').optional().meta({
        description: 'The cluster it lives in, by its name in this file, where that is another one.', examples: ['mgmt'],
      }),
      application: owner('an Argo CD Application', 'argocd/checkout'),
      kustomization: owner('a Flux Kustomization', 'flux-system/checkout'),
      helmRelease: owner('a Flux HelmRelease', 'checkout/checkout'),
    },
    { error: 'one owner such as { cluster: mgmt, application: argocd/checkout }' },
  )
  .refine(
    ({ application, kustomization, helmRelease }) => [application, kustomization, helmRelease].filter((each) => each !== undefined).length === 1,
    { error: 'one of application, kustomization and helmRelease' },
  )

export type ManagedByEntry = z.output<typeof entry>

/** `managedBy` of an environment. */
export const managedBySchema = z
  .union([entry, z.array(entry)], { error: 'an owner such as { cluster: mgmt, application: argocd/checkout }, or a list of them; [] for none' })
  .meta({
    description:
      'The GitOps owners that would put back what sleeps: held while it sleeps, let go last. Without it they are found by the labels ' +
      'and annotations of what they own; name them where they live in another cluster. `[]`: none.',
    examples: [{ cluster: 'mgmt', application: 'argocd/checkout' }],
  })
