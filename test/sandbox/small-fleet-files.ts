import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FLEET = `start: 2026-03-23T16:00:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 1, desired: 3, max: 5 }
    namespaces:
      shop: { manifests: [shop.yaml] }
hosts:
  shop.localhost: us-dev/shop/web
`

const INTENT = `mode: act
clusters:
  us-dev:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
    pools: { workers: { keep: 1 } }
environments:
  us-dev/shop:
    namespaces: [shop]
    hours: Mon-Fri 08:00-17:00, Mon-Fri 18:30-24:00
    wake: { hosts: [shop.localhost], stayAwake: 1h }
`

const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 900m, memory: 1Gi } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

/** A fleet of one environment that sleeps from an hour after the start for an hour and a half, as files; answers the fleet file. */
export const smallFleetFiles = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-fleet-'))
  for (const [name, text] of [['fleet.yaml', FLEET], ['catnap.yaml', INTENT], ['shop.yaml', SHOP]] as const) writeFileSync(join(folder, name), text)
  return join(folder, 'fleet.yaml')
}
