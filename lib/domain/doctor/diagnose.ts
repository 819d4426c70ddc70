import type { Checkup } from './checkup.ts'
import { clockSkew } from './clock-skew.ts'
import { closedWebhook } from './closed-webhook.ts'
import { endlessBudget } from './endless-budget.ts'
import { failingImage } from './failing-image.ts'
import { byWeight, type Finding } from './finding.ts'
import { frontAsleep } from './front-asleep.ts'
import { gitOwner } from './git-owner.ts'
import { heldBack } from './held-back.ts'
import { lostFiles } from './lost-files.ts'
import { missingNamespace } from './missing-namespace.ts'
import { missingRights } from './missing-rights.ts'
import { noWayToWake } from './no-way-to-wake.ts'
import { operatorOwned } from './operator-owned.ts'
import { pinnedScaler } from './pinned-scaler.ts'
import { pullSecret } from './pull-secret.ts'
import type { Rule } from './rule.ts'
import { runningJob } from './running-job.ts'
import { servesOthers } from './serves-others.ts'
import { strayMark } from './stray-mark.ts'
import { unnamedPool } from './unnamed-pool.ts'
import { unseenPart } from './unseen-part.ts'
import { untendedPod } from './untended-pod.ts'
import { wholeWithKeep } from './whole-with-keep.ts'

/** All rules by name; docs/doctor.md has a section for each. */
export const RULES: Readonly<Record<string, Rule>> = {
  'missing-rights': missingRights,
  'closed-webhook': closedWebhook,
  'git-owner': gitOwner,
  'operator-owned': operatorOwned,
  'pinned-scaler': pinnedScaler,
  'serves-others': servesOthers,
  'front-asleep': frontAsleep,
  'failing-image': failingImage,
  'pull-secret': pullSecret,
  'missing-namespace': missingNamespace,
  'stray-mark': strayMark,
  'held-back': heldBack,
  'clock-skew': clockSkew,
  'untended-pod': untendedPod,
  'running-job': runningJob,
  'lost-files': lostFiles,
  'endless-budget': endlessBudget,
  'unnamed-pool': unnamedPool,
  'whole-with-keep': wholeWithKeep,
  'no-way-to-wake': noWayToWake,
  'unseen-part': unseenPart,
}

/** Everything the rules find in a cluster, worst first. */
export const diagnose = (checkup: Checkup): readonly Finding[] =>
  Object.entries(RULES)
    .flatMap(([rule, find]) => find(checkup).map((found) => ({ rule, cluster: checkup.cluster.name, ...found })))
    .toSorted(byWeight)
