import { setTimeout as sleep } from 'node:timers/promises'
import type { Intent } from '../../../lib/domain/intent/schema.ts'
import { admissionPolicy } from '../../../lib/domain/rights/admission-policy.ts'
import { admittance } from '../../../lib/domain/rights/admittance.ts'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { CONTRACT_GRANT } from '../../contract/contract-grant.ts'
import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'
import { deploymentOf } from '../../sandbox/cluster/manifests-of.ts'
import { applyManifest, removeManifest } from '../apply-manifest.ts'

/** A Deployment in a namespace that no intent names. */
export const ELSEWHERE = { name: 'elsewhere', namespace: 'default' } as const

/** Who asks: an administrator, and one who is an administrator and in Catnap's group as well. */
interface Hands {
  readonly admin: RawApi
  readonly mighty: RawApi
}

const PATIENCE_MS = 300_000

const LOOK_MS = 200

/**
 * Lets Catnap in with what `catnap rbac --namespaced` prints for an intent and no more, and waits until that is in force.
 * Answers how to give it back what other tests have.
 */
export const grantWhole = async ({ admin, mighty }: Hands, intent: Intent, own: { readonly namespace: string; readonly deployment: string }): Promise<() => Promise<void>> => {
  const { manifests } = admittance({ intent, cluster: 'us-dev', namespaced: true, replicaPaths: {} })
  const usual = [...clusterWideRoles(CONTRACT_GRANT), ...admissionPolicy(CONTRACT_GRANT)]
  await admin.create({ ...deploymentOf(ELSEWHERE.name, { replicas: 0 }), metadata: ELSEWHERE })
  for (const manifest of manifests) await applyManifest(admin, manifest)
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
    const [inside, outside] = await Promise.all([tryScale(mighty, own.namespace, own.deployment), tryScale(mighty, ELSEWHERE.namespace, ELSEWHERE.name)])
    if (inside === 200 && outside === 403) break
    if (Date.now() > deadline) throw new Error(`the policy is not in force after ${PATIENCE_MS / 1000} s: found ${inside} in the environment and ${outside} elsewhere, expected 200 and 403`)
  }
  return async () => {
    for (const manifest of manifests) if (!usual.some(({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name)) await removeManifest(admin, manifest)
    for (const manifest of usual) await applyManifest(admin, manifest)
    await admin.remove('Deployment', ELSEWHERE.name, ELSEWHERE.namespace)
  }
}

const tryScale = async (mighty: RawApi, namespace: string, name: string): Promise<number> =>
  (await mighty.call('PATCH', `${pathOf('Deployment', namespace, name)}?dryRun=All`, { spec: { replicas: 7 } }, PATCH.merge)).status
