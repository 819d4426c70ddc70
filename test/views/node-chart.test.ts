import { describe, expect, it } from 'vitest'
import { nodeChart } from '../../lib/views/node-chart.ts'

const chart = nodeChart({ without: [4, 4, 4], with: [4, 1, 2], marks: ['Mon', '<Tue>'], title: 'Nodes & hours', detail: '5 of 12' })

describe('the picture of nodes', () => {
  it('says in words what it shows, for those who do not see it', () => {
    expect(chart).toContain('role="img" aria-labelledby="t d"')
    expect(chart).toContain('<title id="t">Nodes &amp; hours</title>')
    expect(chart).toContain('<desc id="d">5 of 12</desc>')
  })

  it('draws both series as steps from the first to the last part', () => {
    const [, line = ''] = /<polyline class="without" points="([^"]+)"/.exec(chart) ?? []
    const points = line.split(' ').map((point) => point.split(',').map(Number))
    expect(points).toHaveLength(6)
    expect(new Set(points.map(([, y]) => y)).size).toBe(1)
    const [, area = ''] = /<polygon class="with" points="([^"]+)"/.exec(chart) ?? []
    const heights = area.split(' ').map((point) => Number(point.split(',')[1]))
    expect(heights[2]).toBeGreaterThan(heights[4] ?? 0)
    expect(heights[4]).toBeGreaterThan(heights[0] ?? 0)
  })

  it('escapes what it is given and follows the reader’s light or dark', () => {
    expect(chart).not.toContain('<Tue>')
    expect(chart).toContain('prefers-color-scheme: dark')
  })

  it('is drawn for a fleet without a node, too', () => {
    expect(nodeChart({ without: [0], with: [0], marks: [], title: '', detail: '' })).not.toMatch(/NaN|Infinity/)
  })
})
