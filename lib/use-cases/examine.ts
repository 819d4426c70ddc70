import pMap from 'p-map'
import type { Checkup, Look, Patient, SeenNamespace } from '../domain/doctor/checkup.ts'
import { diagnose } from '../domain/doctor/diagnose.ts'
import { byWeight, type Finding } from '../domain/doctor/finding.ts'
import { neededRights } from '../domain/doctor/needed-rights.ts'
import type { Environment } from '../domain/environment.ts'
import { type Cluster, type Fleet, protectedBy } from '../domain/fleet.ts'
import type { Clock, Examination, Examinations, Memory } from '../ports.ts'

/** What the doctor needs from the world. It writes to none of it. */
export interface Practice {
  readonly clock: Clock
  readonly memory: Pick<Memory, 'inCluster' | 'originals'>
  readonly examinations: Examinations
}

/** What is to be examined: of these clusters, one environment or all. */
export interface Wish {
  readonly fleet: Fleet
  readonly clusters: readonly Cluster[]
  readonly environment?: string
  readonly frontParts: Checkup['frontParts']
}

/** What came of one cluster. */
export interface Examined {
  readonly cluster: string
  /** Why it could not be looked at; undefined: it was. */
  readonly unseen?: string
  readonly environments: readonly string[]
  readonly findings: readonly Finding[]
}

/** Clusters examined at once. */
const AT_ONCE = 8

/** Examines clusters. One that does not answer is said so once, and costs the others nothing. */
export const examine = (practice: Practice, wish: Wish, tell: (line: string) => void): Promise<readonly Examined[]> =>
  pMap(wish.clusters, async (cluster): Promise<Examined> => {
    const records = await practice.memory.inCluster(cluster.name)
    const environments = wish.environment === undefined ? records.environments : records.environments.filter(({ id }) => id === wish.environment)
    const ids = environments.map(({ id }) => id)
    tell(`looking at ${cluster.name}: ${ids.length === 1 ? ids[0] : `${ids.length} environments`}`)
    try {
      const examination = await practice.examinations.open(cluster)
      try {
        const checkup = await checkupOf(practice, wish, cluster, { ...records, environments }, examination)
        return { cluster: cluster.name, environments: ids, findings: diagnose(checkup).toSorted(byWeight) }
      } finally {
        await examination.close()
      }
    } catch (error) {
      return { cluster: cluster.name, environments: ids, findings: [], unseen: error instanceof Error ? error.message : String(error) }
    }
  }, { concurrency: AT_ONCE })

const checkupOf = async (
  { clock, memory }: Practice,
  { fleet, frontParts }: Wish,
  cluster: Cluster,
  { environments, pools, system }: Awaited<ReturnType<Memory['inCluster']>>,
  examination: Examination,
): Promise<Checkup> => {
  const asker = await examination.asker()
  const now = clock.now()
  const namespaces = await examination.namespaces()
  const patients = await pMap(environments, async (environment): Promise<Patient> => ({
    environment,
    namespaces: namespacesOf(fleet, environment, namespaces),
    originals: new Set((await memory.originals(environment.id)).keys()),
  }), { concurrency: AT_ONCE })
  const all = [...new Set(patients.flatMap((patient) => patient.namespaces))].toSorted()
  const looks = await examination.look(all, neededRights(environments, pools, system !== undefined))
  return { now, fleet, cluster, pools, patients, frontParts, asker, namespaces, looks }
}

/** As the engine has them; those that labels select are not known where namespaces may not be seen. */
const namespacesOf = (fleet: Fleet, { terms: { namespaces, namespaceLabels } }: Environment, look: Look<readonly SeenNamespace[]>): readonly string[] => {
  const selected = namespaceLabels === undefined || !('seen' in look) ? [] : look.seen.filter(({ labels }) => Object.entries(namespaceLabels).every(([key, value]) => labels[key] === value))
  const all = new Set([...namespaces, ...selected.map(({ name }) => name)])
  return [...all].filter((name) => protectedBy(name, fleet.protect) === undefined).toSorted()
}
