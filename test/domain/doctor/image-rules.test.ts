import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { checkupWith, findingsOf, NOW, objectWith } from './build-checkup.ts'

describe('failing-image and pull-secret', () => {
  const ECR = '444455556666.dkr.ecr.eu-west-1.amazonaws.com/team/app:1'
  const user = objectWith({ template: { images: [ECR], pullSecrets: ['ecr'], scratchVolumes: [] } })

  it('finds images that cannot be pulled, and the kubelet’s own word on a missing secret', () => {
    const symptoms = { seen: {
      pods: [{ namespace: 'shop', name: 'web-1', containers: [{ name: 'app', waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } }] }],
      warnings: [1, 2].map(() => ({ namespace: 'shop', about: { kind: 'Pod', name: 'web-1' }, reason: 'FailedToRetrieveImagePullSecret', message: 'Unable to retrieve some image pull secrets (regcred)', at: NOW })),
    } }
    expect(findingsOf('failing-image', checkupWith({ looks: { symptoms } })).map(({ severity, found }) => [severity, found])).toEqual([
      ['hinders', 'container app waits with ImagePullBackOff: Back-off'],
      ['hinders', 'its node found no pull secret: Unable to retrieve some image pull secrets (regcred)'],
    ])
  })

  it.each([
    ['is not there', { namespace: 'shop', name: 'ecr' }, 'hinders', 'there is no such Secret'],
    ['has expired', { namespace: 'shop', name: 'ecr', writtenAt: later(NOW, -13 * 3600) }, 'hinders', 'it was written 13h ago, and a token of ECR lasts 12 hours'],
    ['is fresh', { namespace: 'shop', name: 'ecr', writtenAt: later(NOW, -3600) }, 'note', 'it was written 1h ago'],
  ])('knows that a pull secret for ECR %s', (_, secret, severity, text) => {
    const [finding] = findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [user] }, pullSecrets: { seen: [secret] } } }))
    expect(finding).toMatchObject({ severity, subject: 'Secret shop/ecr' })
    expect(finding?.found).toContain(text)
    expect(finding?.remedy).toContain('aws ecr set-repository-policy --registry-id 444455556666 --region eu-west-1 --repository-name team/app ')
  })

  it('says what is not known where Secrets may not be seen, and holds nothing against other registries', () => {
    const unseen = { unseen: 'get the metadata of secret shop/ecr: 403' }
    expect(findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [user] }, pullSecrets: unseen } }))).toMatchObject([{ severity: 'note', found: expect.stringContaining('403') }])
    const other = objectWith({ template: { images: ['ghcr.io/x'], pullSecrets: ['ghcr'], scratchVolumes: [] } })
    const found = (pullSecrets: object) => findingsOf('pull-secret', checkupWith({ looks: { objects: { seen: [other] }, ...pullSecrets } }))
    expect(found({ pullSecrets: unseen })).toEqual([])
    expect(found({ pullSecrets: { seen: [{ namespace: 'shop', name: 'ghcr', writtenAt: later(NOW, -1e6) }] } })).toEqual([])
    expect(found({ pullSecrets: { seen: [{ namespace: 'shop', name: 'ghcr' }] } })).toMatchObject([{ severity: 'hinders' }])
  })
})
