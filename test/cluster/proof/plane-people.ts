import type { Dice } from '../../../lib/sandbox/dice.ts'
import { PATCH, pathOf } from '../../contract/raw-api.ts'
import type { Call } from '../../crash/gate.ts'
import { NOBODY, type People } from '../../crash/people.ts'
import { deploymentOf } from '../../sandbox/cluster/manifests-of.ts'
import type { Seen } from './plane-checker.ts'
import type { PlaneEnvironment, PlaneWorld } from './plane-world.ts'

/** Who changes a corner by hand. What they change is their wish: from then on it belongs to the first day's picture. */
export interface PlanePeople {
  /** Somebody changes what sleeps, in one of five ways, or nobody does. */
  meddle(roll: Dice): Promise<People>
  /** Somebody changes the very Deployment that a patch is on its way to, before it arrives; of one in ten patches. */
  overtake(call: Call, roll: Dice): Promise<void>
  /** How often they did. */
  changes(): number
}

/** Share of patches somebody is quicker than. */
const OVERTAKEN = 0.1

/** People with the rights of an administrator. */
export const planePeople = (world: PlaneWorld, { namespace, first }: PlaneEnvironment): PlanePeople => {
  const { admin } = world
  let changed = 0
  const wish = (key: string, change: (was: Seen) => Seen): void => {
    const was = first.get(key)
    if (was !== undefined) first.set(key, change(was))
  }
  const patch = async (kind: string, name: string, body: object): Promise<boolean> => {
    changed += 1
    const { status } = await admin.call('PATCH', pathOf(kind, namespace, name), body, PATCH.merge)
    world.stir()
    return status === 200
  }
  const scale = async (kind: string, name: string, replicas: number): Promise<void> => {
    if (await patch(kind, name, { spec: { replicas } })) wish(`${kind}/${namespace}/${name}`, (was) => ({ ...was, spec: { ...(was.spec as object), replicas } }))
  }
  const annotate = async (name: string, note: string): Promise<void> => {
    if (await patch('Deployment', name, { metadata: { annotations: { note } } })) wish(`Deployment/${namespace}/${name}`, (was) => ({ ...was, annotations: { ...was.annotations, note } }))
  }
  const remove = async (kind: string, name: string): Promise<void> => {
    changed += 1
    first.delete(`${kind}/${namespace}/${name}`)
    await admin.remove(kind, name, namespace)
    world.stir()
  }

  const ways: readonly (() => Promise<People>)[] = [
    async () => {
      await scale('StatefulSet', 'basket', 1)
      return seen(async () => ((await replicasOf('StatefulSet', 'basket')) === 1 ? [] : ['somebody set basket to 1 replica and it is not so any more']))
    },
    async () => {
      await remove('Deployment', 'web')
      return seen(async () => ((await statusOf('Deployment', 'web')) === 404 ? [] : ['web is back though somebody deleted it']))
    },
    async () => {
      changed += 1
      const late = await admin.create({ ...deploymentOf('late', { replicas: 1 }), metadata: { name: 'late', namespace } })
      world.stir()
      first.set(`Deployment/${namespace}/late`, { spec: late.spec, labels: {}, annotations: {} })
      return seen(async () => ((await statusOf('Deployment', 'late')) === 200 ? [] : ['late is gone though somebody made it']))
    },
    async () => {
      await annotate('api', 'by hand')
      return seen(async () => ((await admin.get('Deployment', 'api', namespace)).metadata.annotations?.['note'] === undefined ? ['the note on api is gone'] : []))
    },
    async () => {
      if (await patch('Deployment', 'api', { spec: { paused: true } })) wish(`Deployment/${namespace}/api`, (was) => ({ ...was, spec: { ...(was.spec as object), paused: true } }))
      return seen(async () => (((await admin.get('Deployment', 'api', namespace)).spec as { readonly paused?: boolean }).paused === true ? [] : ['api is not paused any more']))
    },
  ]
  const replicasOf = async (kind: string, name: string) => ((await admin.get(kind, name, namespace)).spec as { readonly replicas?: number }).replicas
  const statusOf = async (kind: string, name: string) => (await admin.call('GET', pathOf(kind, namespace, name))).status

  let patches = 0
  return {
    changes: () => changed,
    meddle: async (roll) => (await ways[Math.floor(roll(0, ways.length + 1, 'meddle'))]?.()) ?? NOBODY,
    overtake: async ({ what }, roll) => {
      const [, name] = /^PATCH .*\/deployments\/(\w+)$/.exec(what) ?? []
      if (name === undefined) return
      patches += 1
      if (roll(0, 1, 'overtaken', patches) >= OVERTAKEN) return
      if (roll(0, 1, 'by scaling', patches) < 0.5) await scale('Deployment', name, Math.ceil(roll(2, 4, 'to', patches)))
      else await annotate(name, `in the moment ${patches}`)
    },
  }
}

const seen = (overruled: People['overruled']): People => ({ changed: [], overruled })
