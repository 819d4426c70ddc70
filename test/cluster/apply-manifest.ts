import type { Manifest } from '../../lib/domain/rights/manifest.ts'
import type { RawApi } from '../contract/raw-api.ts'

const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles', ClusterRoleBinding: 'clusterrolebindings', RoleBinding: 'rolebindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies', ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
}

/** Where a manifest's object is, by its API group's path. */
const pathOfManifest = ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string =>
  `/apis/${apiVersion}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${PLURALS[kind] ?? ''}/${name}`

/** What `kubectl apply --server-side` does with what `catnap rbac` printed. Throws an Error for anything but success. */
export const applyManifest = async (admin: RawApi, manifest: Manifest): Promise<void> => {
  const { status, body } = await admin.call('PATCH', `${pathOfManifest(manifest)}?fieldManager=test&force=true`, manifest, 'application/apply-patch+yaml')
  if (status >= 300) throw new Error(`apply ${manifest.kind} ${manifest.metadata.name}: found ${status} ${JSON.stringify(body)}, expected success`)
}

/** What `kubectl delete` does with it. */
export const removeManifest = async (admin: RawApi, manifest: Manifest): Promise<void> => {
  const { status, body } = await admin.call('DELETE', pathOfManifest(manifest))
  if (status >= 300 && status !== 404) throw new Error(`delete ${manifest.kind} ${manifest.metadata.name}: found ${status} ${JSON.stringify(body)}, expected success`)
}
