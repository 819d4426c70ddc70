import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'

/** Office hours as teams of one company write them; a third of the environments each. */
const HOURS = ['Mon-Fri 08:00-19:00', 'Mon-Fri 07:30-18:30', 'Mon-Fri 09:00-18:00']

/** Requests of the three pods of an environment; so many environments fill an m5.4xlarge (16 vCPU, 110 pods by our count). */
const POD_CPU = '500m'
const ENVIRONMENTS_PER_NODE = 10

/**
 * Writes a fleet of one cluster with so many environments, all alike: two Deployments and a CronJob each, one shared
 * pool. Answers its fleet file, in a folder of its own.
 */
export const writeAlikeFleet = async (environments: number): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'catnap-bench-'))
  const names = Array.from({ length: environments }, (_, index) => `team-${index}`)
  const nodes = Math.ceil(environments / ENVIRONMENTS_PER_NODE) + 1
  await writeFile(path.join(folder, 'app.yaml'), [deployment('web', 2), deployment('api', 1), cronJob].map((object) => stringify(object)).join('---\n'))
  await writeFile(path.join(folder, 'catnap.yaml'), stringify({
    mode: 'act',
    timezone: 'Europe/Paris',
    clusters: { one: { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/one', pools: { workers: { keep: 1 } } } },
    environments: Object.fromEntries(names.map((name, index) => [`one/${name}`, { namespaces: [name], hours: HOURS[index % HOURS.length] }])),
  }))
  const fleetFile = path.join(folder, 'fleet.yaml')
  await writeFile(fleetFile, stringify({
    start: '2026-03-23T00:00:00Z', // a Monday
    intent: 'catnap.yaml',
    clusters: {
      one: {
        pools: { workers: { instanceType: 'm5.4xlarge', zones: ['us-east-1a', 'us-east-1b'], min: 1, desired: nodes, max: nodes + 2 } },
        namespaces: Object.fromEntries(names.map((name) => [name, { manifests: ['app.yaml'] }])),
      },
    },
  }))
  return fleetFile
}

const pod = (name: string) => ({ containers: [{ name, image: 'example.com/app:1', resources: { requests: { cpu: POD_CPU, memory: '512Mi' } } }] })

const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod(name) } },
})

const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec: { ...pod('nightly'), restartPolicy: 'Never' } } } } },
}
