import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'

/** Takes a NodePool away with its claims, whatever holds them: nobody plays Karpenter for it any more. */
export const removeNodePool = async (admin: RawApi, pool: string): Promise<void> => {
  const claims = (await admin.list('NodeClaim')).filter(({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'] === pool)
  for (const { metadata } of claims) {
    await admin.call('PATCH', pathOf('NodeClaim', undefined, metadata.name), { metadata: { finalizers: null } }, PATCH.merge)
    await admin.call('DELETE', pathOf('NodeClaim', undefined, metadata.name))
  }
  await admin.remove('NodePool', pool)
}
