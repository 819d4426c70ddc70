import type { V1Container } from '@kubernetes/client-node'

/** What sizes a JVM's heap, as HotSpot reads it; nothing of the text around it. */
const HEAP_FLAG = /-(?:Xmx|XX:MaxHeapSize=)\d+[kmgt]?(?![\w.])|-XX:MaxRAMPercentage=\d+(?:\.\d+)?/gi

/**
 * The flags among a container's command, arguments and variables that say how large a JVM's heap may grow, after
 * Kubernetes' own `$(NAME)` expansion. Only these leave this function: the rest may hold secrets.
 */
export const heapFlags = ({ command = [], args = [], env = [] }: Pick<V1Container, 'command' | 'args' | 'env'>): readonly string[] => {
  const values = new Map<string, string>()
  // In their order: a variable may use those before it.
  for (const { name, value } of env) if (value !== undefined) values.set(name, expand(value, values))
  const words = [...command, ...args].map((word) => expand(word, values))
  return [...new Set([...words, ...values.values()].flatMap((text) => text.match(HEAP_FLAG) ?? []))]
}

/** `$(NAME)` of a variable that is known; `$$` stands for a dollar. Rule: third_party/forked/golang/expansion. */
const expand = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$\$|\$\(([^)]+)\)/g, (whole, name: string | undefined) => (name === undefined ? '$' : (values.get(name) ?? whole)))
