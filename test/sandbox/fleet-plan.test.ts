import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'

const FLEET = `start: 2026-03-23T00:00:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools: { workers: { instanceType: m5.large, zones: [us-east-1a], min: 1, desired: 2, max: 4 } }
    manifests: [manifests/kube-system.yaml]
    namespaces: { shop: { manifests: [/absolute/shop.yaml], replicas: { web: 3 } } }
visitors: [{ host: shop.localhost, csv: visitors.csv }]
`

const fleetFile = (spoil: readonly (readonly [string, string])[] = []) => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-fleet-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'fleet.yaml'), spoil.reduce((text, [found, replacement]) => text.replace(found, replacement), FLEET))
  return { folder, file: join(folder, 'fleet.yaml') }
}

describe('a fleet file', () => {
  it('is read with its defaults, its paths from where it lies', () => {
    const { folder, file } = fleetFile()
    expect(readFleetPlan(file)).toMatchObject({
      intent: join(folder, 'catnap.yaml'),
      hosts: {},
      visitors: [{ csv: join(folder, 'visitors.csv'), above: 0, path: '/' }],
      clusters: {
        'us-dev': {
          pools: { workers: { labels: {}, taints: [] } },
          manifests: [join(folder, 'manifests/kube-system.yaml')],
          namespaces: { shop: { manifests: ['/absolute/shop.yaml'], replicas: { web: 3 }, labels: {} } },
        },
      },
    })
  })

  it('names every mistake in it at once', () => {
    const { file } = fleetFile([['min: 1', 'min: -1'], ['intent: catnap.yaml', 'intnet: catnap.yaml'], ['[us-east-1a]', '[]']])
    const read = () => readFleetPlan(file)
    expect(read).toThrow(`the fleet file ${file} cannot be used`)
    expect(read).toThrow(/intent/)
    expect(read).toThrow(/clusters\.us-dev\.pools\.workers\.min/)
    expect(read).toThrow(/clusters\.us-dev\.pools\.workers\.zones/)
    expect(read).toThrow('expected the shape of lib/sandbox/example/fleet.yaml')
  })
})
