import { type KindRow, resourceRow } from './kinds.ts'

/** What a URL of the Kubernetes API points at. */
export interface RequestTarget {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
  readonly subresource?: string
  /** Undefined where this cluster has no such resource. */
  readonly row: KindRow | undefined
}

const namespaceParts = new Set(['status', 'finalize'])

/** Reads the path of a resource request; undefined for everything else, discovery among it. */
export const parseTarget = (path: string): RequestTarget | undefined => {
  const segments = path.split('/').filter((segment) => segment !== '').map((segment) => decodeURIComponent(segment))
  const isCore = segments[0] === 'api'
  if (!isCore && segments[0] !== 'apis') return undefined
  const [group, version, ...rest] = isCore ? ['', ...segments.slice(1)] : segments.slice(1)
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  const [first = '', second, third = ''] = rest
  // `namespaces/x/pods` lies in x, `namespaces/x/status` is a part of x itself.
  const isInNamespace = first === 'namespaces' && second !== undefined && rest.length > 2 && !namespaceParts.has(third)
  const [resource = '', name, subresource] = isInNamespace ? rest.slice(2) : rest
  return {
    group,
    version,
    resource,
    ...(isInNamespace ? { namespace: second } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    row: resourceRow(group === '' ? version : `${group}/${version}`, resource),
  }
}
