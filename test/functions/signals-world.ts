import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WORKSPACE } from '../../lib/sandbox/cloud/cloud.ts'
import type { FleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { intentWith } from '../domain/build-intent.ts'

/** A fleet whose environments sleep by other signs than requests, and tell people before. */
export interface SignalsWorld {
  readonly run: Run
  /** What the functions logged. */
  readonly log: readonly string[]
  close(): Promise<void>
}

export const TOPIC = 'arn:aws:sns:us-east-1:111122223333:catnap-warnings'
export const QUERY = 'sum(rate(logins_total[5m])) or vector(0)'

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1", resources: { requests: { cpu: 100m, memory: 64Mi } } }] }
`

/** One pod after the other, each of a minute or two. */
const IMPORT = `${WEB}---
apiVersion: batch/v1
kind: Job
metadata: { name: import }
spec:
  completions: 22
  parallelism: 1
  template:
    metadata: { labels: { app: import } }
    spec: { restartPolicy: Never, containers: [{ name: main, image: "import:1", resources: { requests: { cpu: 10m, memory: 32Mi } } }] }
`

const space = (file: string) => ({ manifests: [file], replicas: {}, labels: {} })
const by = (namespace: string, signs: object) => ({ namespaces: [namespace], hours: 'Mon 08:00-19:00', idle: { after: '15m', ...signs } })

/** More than all its pods may ever use. */
const ALWAYS_BELOW = { below: '100' }

/**
 * Monday, 08:00, all awake. shop: by its hours alone, until 09:30. quiet: idle by its CPU from the start. busy: never. work: a
 * Job runs in it. asked: by Prometheus. The people of shop and quiet are told.
 */
export const signalsWorld = async (): Promise<SignalsWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-signals-'))
  const [web, work] = [join(folder, 'web.yaml'), join(folder, 'work.yaml')]
  writeFileSync(web, WEB)
  writeFileSync(work, IMPORT)
  const pools = { workers: { kind: 'node-group' as const, instanceType: 'm5.large', zones: ['us-east-1a'], min: 1, desired: 3, max: 6, labels: {}, taints: [] } }
  const plan: FleetPlan = {
    start: '2026-03-23T07:50:00Z', intent: '', visitors: [], hosts: {},
    clusters: {
      'us-dev': {
        version: '1.34', usage: {}, pools, manifests: [],
        namespaces: { shop: space(web), quiet: space(web), busy: space(web), work: space(work), asked: space(web) },
      },
    },
  }
  const intent = intentWith(
    {
      'us-dev/shop': { namespaces: ['shop'], hours: 'Mon 08:00-09:30', warn: '15m' },
      'us-dev/quiet': { ...by('quiet', { cpu: ALWAYS_BELOW }), warn: '10m', notify: { slack: { webhook: 'ssm:/catnap/slack' } } },
      'us-dev/busy': by('busy', { cpu: { below: '1m' } }),
      'us-dev/work': by('work', { cpu: ALWAYS_BELOW }),
      'us-dev/asked': by('asked', { prometheus: { query: QUERY, below: 0.01, workspace: WORKSPACE } }),
    },
    { pools: { 'us-dev': { workers: 1 } }, notify: { slack: { webhook: 'ssm:/catnap/slack' }, topic: TOPIC } },
  )
  const run = await startRun({ plan, intent, seed: 1, catnap: true })
  const log: string[] = []
  const stopReading = readLogs((line) => void log.push(JSON.stringify(line)))
  return {
    run,
    log,
    close: async () => {
      stopReading()
      await run.close()
      rmSync(folder, { recursive: true })
    },
  }
}
