import { hpaSteering, type Steering, vpaSteering, type VpaLike } from '../../domain/advice/steering.ts'
import { objectKey, type ObjectRef } from '../../domain/workload.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

/** VerticalPodAutoscalers, which a cluster need not have. */
export const VPAS = { group: 'autoscaling.k8s.io', version: 'v1', plural: 'verticalpodautoscalers', isOptional: true } as const

/** What steers a container of a workload. */
export type SteeringOf = (workload: ObjectRef, container: string) => readonly Steering[]

/** Reads who steers what in a cluster: one list of HPAs, one of VPAs. */
export const readSteering = async (api: ClusterApi, listVpas: () => Promise<readonly Fields[]>): Promise<SteeringOf> => {
  const [hpas, vpas] = await Promise.all([
    listAll('horizontalpodautoscalers', (page) => api.autoscaling.listHorizontalPodAutoscalerForAllNamespaces(page)),
    listVpas(),
  ])
  const hpasOf = Map.groupBy(hpas, ({ metadata, spec }) => `${spec?.scaleTargetRef.kind}/${metadata?.namespace}/${spec?.scaleTargetRef.name}`)
  const vpasOf = Map.groupBy(vpas, vpaTarget)
  return (workload, container) => {
    const key = objectKey(workload)
    return [
      ...(hpasOf.get(key) ?? []).flatMap((hpa) => hpaSteering(hpa)),
      ...(vpasOf.get(key) ?? []).flatMap((vpa) => vpaSteering(toVpa(vpa), container)),
    ]
  }
}

/** The key of the workload it names, as `objectKey` has it: that is in its own namespace. */
const vpaTarget = ({ metadata, spec }: Fields): string => {
  const { kind, name } = fieldsIn(fieldsIn(spec)['targetRef'])
  return [kind, fieldsIn(metadata)['namespace'], name].map((part) => textIn(part) ?? '').join('/')
}

const toVpa = ({ metadata, spec }: Fields): VpaLike => {
  const { updatePolicy, resourcePolicy } = fieldsIn(spec)
  return {
    metadata: present({ name: textIn(fieldsIn(metadata)['name']) }),
    spec: {
      updatePolicy: present({ updateMode: textIn(fieldsIn(updatePolicy)['updateMode']) }),
      resourcePolicy: {
        containerPolicies: listIn(fieldsIn(resourcePolicy)['containerPolicies']).map((policy) => {
          const { containerName, mode, controlledResources } = fieldsIn(policy)
          return {
            ...present({ containerName: textIn(containerName), mode: textIn(mode) }),
            ...(controlledResources === undefined ? {} : { controlledResources: listIn(controlledResources).flatMap((one) => textIn(one) ?? []) }),
          }
        }),
      },
    },
  }
}

/** Without the fields that are not there. */
const present = <Name extends string>(fields: Readonly<Record<Name, string | undefined>>): { readonly [N in Name]?: string } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { readonly [N in Name]?: string }
