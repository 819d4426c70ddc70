const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'

/** A DNS-1123 label: the names of clusters, environments and namespaces. */
export const LABEL_PATTERN = new RegExp(`^${LABEL}$`)

/** `cluster/name`, two DNS-1123 labels. */
export const ENVIRONMENT_ID_PATTERN = new RegExp(`^${LABEL}/${LABEL}$`)

/** Reads an environment's id; undefined when it is not `cluster/name`. */
export const parseEnvironmentId = (id: string): { readonly cluster: string; readonly name: string } | undefined => {
  if (!ENVIRONMENT_ID_PATTERN.test(id)) return undefined
  const [cluster = '', name = ''] = id.split('/')
  return { cluster, name }
}
