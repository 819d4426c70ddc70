import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { instant } from '../../lib/domain/time.ts'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'

const FRONTS = ['alb', 'lbc', 'ingress', 'link'] as const
type Front = (typeof FRONTS)[number]

const WAKE_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake-k8s/6d0ecf831eec9f09'

const FLEET = `start: 2026-03-23T16:00:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 1, desired: 3, max: 5 }
    namespaces:
${FRONTS.map((front) => `      ${front}: { manifests: [web.yaml${front === 'lbc' || front === 'ingress' ? `, ${front}.yaml` : ''}] }`).join('\n')}
hosts:
${FRONTS.map((front) => `  ${front}.localhost: us-dev/${front}/web`).join('\n')}
`

const INTENT = `mode: act
clusters:
  us-dev: { arn: "arn:aws:eks:us-east-1:111122223333:cluster/us-dev", pools: { workers: { keep: 1 } } }
environments:
${FRONTS.map((front) => `  us-dev/${front}:
    namespaces: [${front}]
    hours: Mon-Fri 08:00-17:00, Mon-Fri 18:30-24:00
    wake: { hosts: [${front}.localhost], front: ${front}${front === 'lbc' ? `, wakeTargetGroup: "${WAKE_GROUP}"` : ''} }`).join('\n')}
`

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 200m, memory: 256Mi } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

const ingressOf = (front: Front, className: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  ingressClassName: ${className}
  rules: [{ host: ${front}.localhost, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`

describe('hosts of a fleet with every front', () => {
  let run: Run

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'catnap-fronts-'))
    const files = { 'fleet.yaml': FLEET, 'catnap.yaml': INTENT, 'web.yaml': WEB, 'lbc.yaml': ingressOf('lbc', 'alb'), 'ingress.yaml': ingressOf('ingress', 'nginx') }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const read = readIntentFile(INTENT)
    if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
    run = await startRun({ plan: readFleetPlan(join(folder, 'fleet.yaml')), intent: read.intent, seed: 1, catnap: true })
  })
  afterAll(() => run.close())

  const answers = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(await Promise.all(FRONTS.map(async (front) => [front, (await run.door({ method: 'GET', host: `${front}.localhost`, path: '/', headers: { accept: 'text/html' } })).by] as const)))
  const until = (clock: string): Promise<void> => run.sandbox.timeline.runUntil(instant(`2026-03-23T${clock}:00Z`))

  it('lead to their environments in its hours', async () => {
    await until('16:50')
    expect(await answers()).toEqual({ alb: 'environment', lbc: 'environment', ingress: 'environment', link: 'environment' })
  })

  it('lead to the wake page while it sleeps, with the originals in both places; a link leads nobody', async () => {
    await until('17:30')
    expect(await answers()).toEqual({ alb: 'wake', lbc: 'wake', ingress: 'wake', link: 'nobody' })
    expect(await lostOriginals(run.sandbox, run.first)).toEqual([])
    expect(run.sandbox.clusters.get('us-dev')?.list('v1', 'Service').filter(({ metadata }) => metadata.name === 'catnap-wake').map(({ metadata }) => metadata.namespace)).toEqual(['ingress'])
  })

  it('lead back once it is awake, as on the first day', async () => {
    await until('18:45')
    expect(await answers()).toEqual({ alb: 'environment', lbc: 'environment', ingress: 'environment', link: 'environment' })
    const left = (await differences(run.sandbox, run.first)).filter((line) => /Ingress|rule|FRONT|catnap-wake/.test(line))
    expect(left).toEqual([])
  })
})
