import type { Workload } from '../workload.ts'
import type { OwnerRef } from './owner.ts'

/**
 * Who an object says it belongs to, by the labels and annotations GitOps tools set. `app.kubernetes.io/instance` is Argo
 * CD's own label of old, and Helm's as well: it counts only where an Application of that name deploys to the
 * object's namespace, and is not missed where there is none. Sources: Argo CD "Resource Tracking", Flux "labels" of kustomize- and helm-controller.
 */
export const trackedBy = (workloads: readonly Pick<Workload, 'tracks'>[]): readonly OwnerRef[] =>
  [...new Map(workloads.flatMap(({ tracks }) => [...argo(tracks), ...flux('kustomize', 'Kustomization', tracks), ...flux('helm', 'HelmRelease', tracks)]).map((ref) => [keyOfRef(ref), ref])).values()]

/** What tells two owners apart. */
const keyOfRef = ({ kind, namespace = '', name }: OwnerRef): string => `${kind}/${namespace}/${name}`

type Tracks = Workload['tracks']

/** `app:group/Kind:namespace/name`, where `app` is `name`, or `namespace_name` of one outside Argo CD's own namespace. */
const argo = (tracks: Tracks): readonly OwnerRef[] => {
  const id = tracks['argocd.argoproj.io/tracking-id']?.split(':')[0]
  const label = tracks['argocd.argoproj.io/instance'] ?? tracks['app.kubernetes.io/instance']
  return [id, id === undefined ? label : undefined].flatMap((app) => {
    if (app === undefined || app === '') return []
    const at = app.indexOf('_')
    const ref = at < 0 ? { kind: 'Application', name: app } as const : { kind: 'Application', namespace: app.slice(0, at), name: app.slice(at + 1) } as const
    return [{ ...ref, isSure: app === id }]
  })
}

const flux = (toolkit: string, kind: 'Kustomization' | 'HelmRelease', tracks: Tracks): readonly OwnerRef[] => {
  const [name, namespace] = [tracks[`${toolkit}.toolkit.fluxcd.io/name`], tracks[`${toolkit}.toolkit.fluxcd.io/namespace`]]
  return name === undefined || namespace === undefined ? [] : [{ kind, namespace, name, isSure: true }]
}
