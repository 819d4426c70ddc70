import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../lib/domain/time.ts'
import { createCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { type FirstObjects, firstObjects, lostObjects, objectDifferences } from '../../lib/sandbox/object-checker.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { customObject, hpaOf, scaledObjectOf } from '../contract/custom-kinds.ts'
import { deploymentOf } from './cluster/manifests-of.ts'

let cluster: Awaited<ReturnType<typeof createCluster>> | undefined
let first: FirstObjects = new Map()

const OBJECTS = [deploymentOf('web', { replicas: 3 }), scaledObjectOf('keda'), hpaOf('hpa', 'web', 0, 3), customObject('argoproj.io/v1alpha1', 'Application', 'app', { syncPolicy: { automated: { prune: true } } })]
  .map((object): KubernetesObject => ({ ...object, metadata: { ...object.metadata, namespace: 'shop' } }))

const sandbox = () => {
  if (cluster === undefined) throw new Error('the cluster did not start')
  return { clusters: new Map([['us-dev', cluster]]) }
}

/** The objects with these changes to their annotations and specs, as somebody applied them. */
const apply = (changes: Readonly<Record<string, { readonly annotations?: Readonly<Record<string, string>>; readonly spec?: object }>>): void =>
  sandbox().clusters.get('us-dev')?.apply(OBJECTS.map((object) => {
    const { annotations, spec } = changes[object.kind] ?? {}
    return { ...object, metadata: { ...object.metadata, ...(annotations === undefined ? {} : { annotations }) }, spec: spec ?? object.spec }
  }))

const ENVIRONMENT = { 'catnap.dev/environment': 'us-dev/shop' }
const ASLEEP = {
  Deployment: { annotations: { ...ENVIRONMENT, 'catnap.dev/original-replicas': '3' }, spec: deploymentOf('web', { replicas: 0 }).spec as object },
  ScaledObject: { annotations: { ...ENVIRONMENT, 'catnap.dev/original-value': 'null', 'autoscaling.keda.sh/paused': 'true' } },
  HorizontalPodAutoscaler: { annotations: { ...ENVIRONMENT, 'catnap.dev/original-value': 'null' }, spec: { ...(hpaOf('hpa', 'web', 0, 3).spec as object), behavior: { scaleUp: { selectPolicy: 'Disabled' } } } },
  Application: { annotations: { ...ENVIRONMENT, 'catnap.dev/original-value': '{"prune":true}' }, spec: { syncPolicy: {} } },
}
const TABLE = new Map([['Deployment/shop/web', '3'], ['ScaledObject/shop/keda', 'null'], ['HorizontalPodAutoscaler/shop/hpa', 'null'], ['Application/shop/app', '{"prune":true}']].map(([key, original]) => [`us-dev/shop|${key}`, original ?? '']))

beforeEach(async () => {
  cluster = await createCluster({ name: 'us-dev', timeline: new Timeline(instant('2026-11-23T08:00:00Z')), dice: dice(1), authenticate: () => undefined })
  cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, ...OBJECTS])
  first = firstObjects(sandbox())
})
afterEach(() => cluster?.close())

describe('the checker of objects', () => {
  it('finds nothing where all sleep with their originals in both places', () => {
    apply(ASLEEP)
    expect(lostObjects(sandbox(), first, TABLE)).toEqual([])
  })

  it('tells which place lost an original, and what was changed besides', () => {
    apply({ ...ASLEEP, ScaledObject: { annotations: { 'autoscaling.keda.sh/paused': 'true' } }, Application: { ...ASLEEP.Application, spec: { syncPolicy: {}, project: 'other' } } })
    expect(lostObjects(sandbox(), first, new Map([...TABLE].filter(([key]) => !key.includes('Deployment'))))).toEqual([
      'us-dev/Deployment/shop/web: spec.replicas was 3, lost in the table',
      'us-dev/ScaledObject/shop/keda: paused was null, lost in the object and the table',
      'us-dev/Application/shop/app: changed in more than spec.syncPolicy.automated',
    ])
  })

  it('tells what is left after a wake', () => {
    apply({ ScaledObject: { annotations: ENVIRONMENT } })
    expect(objectDifferences(sandbox(), first, new Map([['us-dev/shop|Deployment/shop/web', '3']]))).toEqual([
      'us-dev/ScaledObject/shop/keda still carries catnap.dev/environment',
      'the table still holds an original of us-dev/shop|Deployment/shop/web',
    ])
  })

  it('finds nothing where all is as it was', () => {
    expect(objectDifferences(sandbox(), first, new Map())).toEqual([])
  })
})
