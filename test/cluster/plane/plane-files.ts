import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A caller the API server knows by a bearer token. */
export interface PlaneUser {
  readonly name: string
  readonly token: string
  readonly groups: readonly string[]
}

/** The key service account tokens are signed with. */
export const writeServiceAccountKey = (folder: string): { readonly privateKey: string; readonly publicKey: string } => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return {
    privateKey: writeSecret(folder, 'service-account.key', keys.privateKey),
    publicKey: writeSecret(folder, 'service-account.pub', keys.publicKey),
  }
}

/** The API server's file of tokens: `token,user,uid,"group,group"`. */
export const writeTokens = (folder: string, users: readonly PlaneUser[]): string =>
  writeSecret(folder, 'tokens.csv', users.map(({ name, token, groups }) => `${token},${name},${name},"${groups.join(',')}"\n`).join(''))

/** What the API server writes down: evictions and deletions of pods, once they are answered. JSON is YAML. */
export const writeAuditPolicy = (folder: string): string =>
  writeSecret(folder, 'audit-policy.yaml', JSON.stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'Metadata', verbs: ['create'], resources: [{ group: '', resources: ['pods/eviction'] }] },
      { level: 'Metadata', verbs: ['delete', 'deletecollection'], resources: [{ group: '', resources: ['pods'] }] },
      { level: 'None' },
    ],
  }))

/** What a part needs to speak to the API server. JSON is YAML. */
export const writeKubeconfig = (folder: string, url: string, certificateAuthority: string, { name, token }: PlaneUser): string =>
  writeSecret(folder, `${name.replaceAll(':', '-')}.kubeconfig`, JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'plane', cluster: { server: url, 'certificate-authority': certificateAuthority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'plane', context: { cluster: 'plane', user: name } }],
    'current-context': 'plane',
  }))

const writeSecret = (folder: string, file: string, text: string): string => {
  const path = join(folder, file)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
