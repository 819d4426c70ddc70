/** What a request is made for. */
export type Resource = 'cpu' | 'memory'

/** Something that already steers a resource of a container, so that advice would be a second hand on the wheel. */
export interface Steering {
  /** In words: `HorizontalPodAutoscaler web`. */
  readonly by: string
  readonly resource: Resource
  /** The one container it is about; undefined: all of the pod. */
  readonly container?: string
}

/** The part of an `autoscaling/v2` HorizontalPodAutoscaler that says what it goes by. */
export interface HpaLike {
  readonly metadata?: { readonly name?: string }
  readonly spec?: {
    readonly metrics?: readonly {
      readonly type?: string
      readonly resource?: { readonly name?: string }
      readonly containerResource?: { readonly name?: string; readonly container?: string }
    }[]
  }
}

/** The part of an `autoscaling.k8s.io/v1` VerticalPodAutoscaler that says what it sets. */
export interface VpaLike {
  readonly metadata?: { readonly name?: string }
  readonly spec?: {
    readonly updatePolicy?: { readonly updateMode?: string }
    readonly resourcePolicy?: {
      readonly containerPolicies?: readonly {
        readonly containerName?: string
        readonly mode?: string
        readonly controlledResources?: readonly string[]
      }[]
    }
  }
}

const RESOURCES: readonly Resource[] = ['cpu', 'memory']

const isResource = (name: string | undefined): name is Resource => name === 'cpu' || name === 'memory'

/** What an HPA steers: it sets replicas by the use of requests. One without metrics goes by CPU, the API's default. */
export const hpaSteering = ({ metadata, spec }: HpaLike): readonly Steering[] => {
  const by = `HorizontalPodAutoscaler ${metadata?.name ?? ''}`
  const metrics = spec?.metrics ?? []
  if (metrics.length === 0) return [{ by, resource: 'cpu' }]
  return metrics.flatMap(({ type, resource, containerResource }): readonly Steering[] => {
    if (type === 'Resource' && isResource(resource?.name)) return [{ by, resource: resource.name }]
    if (type !== 'ContainerResource' || !isResource(containerResource?.name)) return []
    return [
      {
        by,
        resource: containerResource.name,
        ...(containerResource.container === undefined ? {} : { container: containerResource.container }),
      },
    ]
  })
}

/** What a VPA steers of one container: what it controls, unless it only recommends. Its `*` policy is for the rest. */
export const vpaSteering = ({ metadata, spec }: VpaLike, container: string): readonly Steering[] => {
  const policies = spec?.resourcePolicy?.containerPolicies ?? []
  const policy =
    policies.find(({ containerName }) => containerName === container) ??
    policies.find(({ containerName }) => containerName === '*')
  if (spec?.updatePolicy?.updateMode === 'Off' || policy?.mode === 'Off') return []
  const controlled = policy?.controlledResources ?? RESOURCES
  return RESOURCES.filter((resource) => controlled.includes(resource)).map((resource) => ({
    by: `VerticalPodAutoscaler ${metadata?.name ?? ''}`,
    resource,
    container,
  }))
}

/** Who steers a resource of a container, in words; undefined: nobody. */
export const steeredBy = (steering: readonly Steering[], resource: Resource, container: string): string | undefined =>
  steering.find((one) => one.resource === resource && (one.container ?? container) === container)?.by
