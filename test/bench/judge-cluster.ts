import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import { snapshotReader } from '../../lib/adapters/kubernetes/snapshot/snapshot-reader.ts'
import { explainNodes } from '../../lib/domain/drain/explain-nodes.ts'
import { instant } from '../../lib/domain/time.ts'
import { type Crowd, crowdedCluster } from './crowded-cluster.ts'

/** What one process found out about one cluster. Times in milliseconds; `cpu` counts every thread. */
export interface Judged {
  readonly nodes: number
  readonly pods: number
  readonly budgets: number
  readonly leaving: number
  readonly pages: number
  readonly jsonMB: number
  readonly parseMs: number
  readonly takeMs: number
  readonly judgeMs: number
  readonly judgeCpuMs: number
  /** The most memory the process ever had, its own making of the pages included. */
  readonly peakMiB: number
}

/** Reads a crowded cluster page by page and judges it, once, as a worker would that has just started. */
const judgeCluster = (nodes: number, crowd: Crowd): Judged => {
  const reader = snapshotReader()
  let [pages, bytes, parseMs, takeMs] = [0, 0, 0, 0]
  for (const { kind, text } of crowdedCluster(nodes, crowd)) {
    const began = performance.now()
    const { items } = JSON.parse(text) as { readonly items: readonly unknown[] }
    const parsed = performance.now()
    for (const [index, item] of items.entries()) reader.take(item, `${kind} items[${index}]`)
    takeMs += performance.now() - parsed
    parseMs += parsed - began
    pages += 1
    bytes += text.length
  }
  const snapshot = reader.done()
  const [began, before] = [performance.now(), process.cpuUsage()]
  const answers = explainNodes(snapshot, {
    now: instant('2026-11-22T08:00:00Z'), asleep: false, protectedBy: () => undefined,
    microUsdPerHour: (instanceType) => shippedPrice(instanceType)?.microUsdPerHour,
  })
  const [judgeMs, cpu] = [performance.now() - began, process.cpuUsage(before)]
  return {
    nodes, pods: snapshot.pods.length, budgets: snapshot.budgets.length, leaving: answers.filter(({ verdict }) => verdict === 'remove').length,
    pages, jsonMB: bytes / 1e6, parseMs, takeMs, judgeMs, judgeCpuMs: (cpu.user + cpu.system) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024,
  }
}

if (import.meta.main) console.log(JSON.stringify(judgeCluster(Number(process.argv[2]), process.argv[3] === 'apart' ? 'apart' : 'usual')))
