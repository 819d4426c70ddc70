import { sayDuration } from '../duration.ts'
import { secondsBetween } from '../time.ts'
import { type Checkup, type Patient, patientOf, seen, type SeenObject } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** A token of Amazon ECR is good for 12 hours. Rule: ECR, GetAuthorizationToken. */
const ECR_TOKEN_SECONDS = 12 * 3600

const ECR_IMAGE = /^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\./

/**
 * Pull secrets that are not there, or have expired. The token in one for Amazon ECR is good for 12 hours, so somebody renews
 * it, and where that is a CronJob of the environment it sleeps too. What is in a Secret is never read; its metadata says
 * when it was written, to whoever has the right to `get` it.
 */
export const pullSecret: Rule = (checkup) => {
  const users = seen(checkup.looks.objects).flatMap((object) => {
    const patient = patientOf(checkup, object.namespace)
    const { images } = object.template
    const image = images.find((name) => ECR_IMAGE.test(name)) ?? images[0]
    return patient === undefined || image === undefined ? [] : object.template.pullSecrets.map((secret) => ({ patient, object, image, secret }))
  })
  const bySecret = Map.groupBy(users, ({ object, secret }) => `${object.namespace}/${secret}`)
  return [...bySecret.values()].flatMap((all) => {
    const [first] = all
    // Where one of its users pulls from ECR, that says most of it.
    const ecr = all.find(({ image }) => ECR_IMAGE.test(image)) ?? first
    return ecr === undefined ? [] : (findingOf(checkup, ecr.patient, ecr.secret, ecr.image, all.map(({ object }) => object)) ?? [])
  })
}

const findingOf = (checkup: Checkup, { environment }: Patient, secret: string, image: string, users: readonly SeenObject[]): Found | undefined => {
  const namespace = users[0]?.namespace ?? ''
  const isEcr = ECR_IMAGE.test(image)
  const base = {
    environment: environment.id, subject: `Secret ${namespace}/${secret}`,
    advice: isEcr ? 'let the nodes pull by their own IAM role (a repository policy lets another account in), or renew it from outside of the environment' : 'make it again, or take its name out of imagePullSecrets',
    remedy: isEcr ? ecrRemedy(namespace, secret, image) : `kubectl -n ${namespace} create secret docker-registry ${secret} --docker-server=${image.split('/')[0]} --docker-username=USER --docker-password-stdin`,
  } as const
  const who = `${users.map(({ kind, name }) => `${kind} ${name}`).join(', ')} pull ${image.split('/')[0]} with it`
  const { pullSecrets } = checkup.looks
  if (!('seen' in pullSecrets)) {
    return !isEcr ? undefined : { ...base, severity: 'note', found: `${who}; when it was written is not known: ${pullSecrets.unseen}`, means: 'a token of ECR lasts 12 hours: what renews it must not sleep with the environment' }
  }
  const known = pullSecrets.seen.find((each) => each.namespace === namespace && each.name === secret)
  if (known?.writtenAt === undefined) {
    return { ...base, severity: 'hinders', found: `${who}, and there is no such Secret`, means: 'a wake brings new nodes, which have none of these images and cannot pull them' }
  }
  if (!isEcr) return undefined
  const ageSeconds = secondsBetween(known.writtenAt, checkup.now)
  if (ageSeconds <= ECR_TOKEN_SECONDS) {
    return { ...base, severity: 'note', found: `${who}; it was written ${sayDuration(ageSeconds)} ago`, means: 'a token of ECR lasts 12 hours: what renews it must not sleep with the environment' }
  }
  return { ...base, severity: 'hinders', found: `${who}; it was written ${sayDuration(ageSeconds)} ago, and a token of ECR lasts 12 hours`, means: 'it has expired: a wake brings new nodes, which cannot pull these images' }
}

const ecrRemedy = (namespace: string, secret: string, image: string): string => {
  const [, account, region] = ECR_IMAGE.exec(image) ?? []
  const registry = image.split('/')[0]
  return `kubectl -n ${namespace} create secret docker-registry ${secret} --docker-server=${registry} --docker-username=AWS \\
  --docker-password="$(aws ecr get-login-password --region ${region})" --dry-run=client -o yaml | kubectl apply -f -
# for good: let the node role of this cluster pull from account ${account}
aws ecr set-repository-policy --registry-id ${account} --region ${region} --repository-name ${image.slice((registry?.length ?? 0) + 1).replace(/[:@].*$/, '')} --policy-text file://policy.json`
}
