import { isDeepEqual } from '../is-deep-equal.ts'
import { type Backend, type FrontPlan, hasHost, type IngressOriginal } from './front.ts'
import { type Ingress, ingressKey, type IngressStep, isSamePlace, isWakeBackend, type SeenBackend } from './ingress-object.ts'

/** How the backends of an Ingress are led to the wake function. */
export interface IngressLead {
  /** What they become. */
  readonly backend: Backend
  /** What is annotated with it, by what the Ingress led to before. */
  readonly annotations: (before: readonly SeenBackend[]) => Readonly<Record<string, string>>
  /** Why this Ingress cannot be led so; undefined: it can. */
  readonly refuse: (ingress: Ingress, before: readonly SeenBackend[]) => string | undefined
}

/** Which Ingresses are meant. */
export interface IngressWish {
  readonly environment: string
  readonly hosts: readonly string[]
  /** The Ingress, by name, whose rules need not name the hosts. */
  readonly ingress?: string
  readonly why: string
}

/** Ingresses that lead a host of the environment into it, each with the backends for those hosts. */
export const ingressesOf = (ingresses: readonly Ingress[], { hosts, ingress: named }: IngressWish): readonly { readonly ingress: Ingress; readonly backends: readonly SeenBackend[] }[] =>
  ingresses.flatMap((ingress) => {
    const backends = ingress.backends.filter(({ host }) => (host === undefined ? ingress.name === named : hasHost(hosts, host)))
    return backends.length === 0 ? [] : [{ ingress, backends }]
  })

/**
 * The steps that lead the hosts to the wake function. What carries a mark was led there before: where it leads back by
 * now, somebody put it back, and nothing may sleep behind it.
 */
export const planIngressesToWake = (ingresses: readonly Ingress[], lead: IngressLead, wish: IngressWish): FrontPlan<IngressStep> => {
  const found = ingressesOf(ingresses, wish)
  const lost = wish.hosts.find((host) => !found.some(({ ingress, backends }) => ingress.name === wish.ingress || backends.some(({ host: own }) => own !== undefined && hasHost([own], host))))
  if (lost !== undefined) {
    return { problem: `no Ingress leads ${lost}: found none in its namespaces with a rule for it, expected at least one; name it as ingress if its rules name no host, or say front: link` }
  }
  const steps: IngressStep[] = []
  for (const { ingress, backends } of found) {
    const open = backends.filter((backend) => !isWakeBackend(backend))
    if (open.length === 0) continue
    const what = `Ingress ${ingress.namespace}/${ingress.name}`
    if (ingress.mark !== undefined) return { problem: `${what} was led to the wake function, and somebody led it back while the environment fell asleep; hold what writes it, or say front: link` }
    const refusal = lead.refuse(ingress, open)
    if (refusal !== undefined) return { problem: `${what} ${refusal}` }
    steps.push(stepToWake(ingress, open, lead, wish))
  }
  return { steps }
}

const stepToWake = (ingress: Ingress, open: readonly SeenBackend[], lead: IngressLead, { environment, why }: IngressWish): IngressStep => {
  const annotations = lead.annotations(open)
  return {
    do: 'lead-to-wake',
    environment, ingress, why, annotations,
    backends: open.map(({ pointer }) => ({ pointer, backend: lead.backend })),
    original: {
      backends: open.map(({ pointer: _pointer, ...placed }) => placed),
      annotations: Object.entries(annotations).map(([name, ours]) => ({ name, ours, ...(ingress.annotations[name] === undefined ? {} : { was: ingress.annotations[name] }) })),
    },
  }
}

/**
 * The steps that lead the hosts back: by the mark on the Ingress, or by the table where the mark was lost. Backends and
 * annotations that somebody set meanwhile are left so, and only our marks go.
 */
export const planIngressesBack = (ingresses: readonly Ingress[], remembered: ReadonlyMap<string, IngressOriginal>, wish: Pick<IngressWish, 'environment' | 'why'>): FrontPlan<IngressStep> => {
  const steps: IngressStep[] = []
  for (const ingress of ingresses) {
    const asleep = ingress.backends.filter(isWakeBackend)
    if (ingress.mark === undefined && asleep.length === 0) continue
    const original = ingress.mark ?? remembered.get(ingressKey(ingress))
    const backends = asleep.flatMap((seen) => {
      const backend = original === undefined ? undefined : backendBefore(seen, original)
      return backend === undefined ? [] : [{ pointer: seen.pointer, backend }]
    })
    if (original === undefined || backends.length < asleep.length) {
      const lost = asleep.find(({ pointer }) => !backends.some((found) => found.pointer === pointer))
      return { problem: `Ingress ${ingress.namespace}/${ingress.name} leads to the wake function at ${lost?.pointer ?? '?'} and nobody knows what was there; set that backend by hand` }
    }
    steps.push({ do: 'lead-back', ...wish, ingress, backends, original, annotations: annotationsBack(ingress, original) })
  }
  return { steps }
}

/** For a place that is new since, what all others had, where that was one and the same. */
const backendBefore = (seen: SeenBackend, { backends }: IngressOriginal): Backend | undefined => {
  const same = backends.find((before) => isSamePlace(before, seen))
  if (same !== undefined) return same.backend
  const [first, ...others] = backends
  return first !== undefined && others.every(({ backend }) => isDeepEqual(backend, first.backend)) ? first.backend : undefined
}

/** An annotation that has another value than ours by now is a person's. */
const annotationsBack = ({ annotations: present }: Ingress, { annotations }: IngressOriginal): Readonly<Record<string, string | null>> =>
  Object.fromEntries(annotations.flatMap(({ name, was = null, ours }) => (present[name] === ours ? [[name, was]] : [])))
