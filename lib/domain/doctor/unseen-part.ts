import type { Checkup } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** What could not be looked at, and why: of that nothing is known, which is not the same as nothing being wrong. */
export const unseenPart: Rule = (checkup) => {
  const { looks, namespaces } = checkup
  const parts: readonly (readonly [what: string, look: object])[] = [
    ['namespaces', namespaces], ['rights of Catnap', looks.rights], ['what sleeps', looks.objects], ['pods', looks.pods], ['Jobs', looks.jobs],
    ['warnings', looks.symptoms], ['disruption budgets', looks.budgets], ['admission webhooks', looks.webhooks], ['GitOps owners', looks.gitOwners],
  ]
  return [...parts.flatMap(([what, look]) => ('unseen' in look ? [notSeen(what, String(look.unseen))] : [])), ...unreadEvents(checkup), ...ownRights(checkup)]
}

const notSeen = (what: string, why: string): Found => ({
  severity: 'note',
  subject: what,
  found: `they could not be looked at: ${why}`,
  means: 'nothing is known of them, which does not say that nothing is wrong with them',
  advice: 'run the doctor as somebody who may look, such as an administrator of the cluster: it writes nothing',
  remedy: 'kubectl auth whoami\naws eks list-access-entries --cluster-name NAME',
})

const unreadEvents = (checkup: Checkup): readonly Found[] => {
  const { symptoms } = checkup.looks
  return 'seen' in symptoms && symptoms.seen.unread !== undefined ? [notSeen('events', symptoms.seen.unread)] : []
}

const ownRights = (checkup: Checkup): readonly Found[] => {
  const { rights } = checkup.looks
  if (!('seen' in rights) || rights.seen.of === 'catnap') return []
  return [notSeen('rights of Catnap', `${checkup.asker.user} is not in the group catnap and may not ask for it (create subjectaccessreviews.authorization.k8s.io); what is said of rights is of ${checkup.asker.user}`)]
}
