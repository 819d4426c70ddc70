/** Nodes that ran, one count for each equal part of the time. */
export interface NodeSeries {
  readonly without: readonly number[]
  readonly with: readonly number[]
  /** What the parts are marked with along the bottom, spread evenly. */
  readonly marks: readonly string[]
  readonly title: string
  readonly detail: string
}

const WIDTH = 960
const HEIGHT = 300
const LEFT = 44
const RIGHT = 16
const TOP = 56
const BOTTOM = 30

/** An SVG of nodes over time, with Catnap and without. It follows the reader's light or dark, and says in words what it shows. */
export const nodeChart = (series: NodeSeries): string => {
  const top = Math.max(1, ...series.without, ...series.with)
  const x = (index: number, count: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * index) / count
  const y = (nodes: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * nodes) / top
  const steps = (counts: readonly number[]): string =>
    counts.map((nodes, index) => `${round(x(index, counts.length))},${round(y(nodes))} ${round(x(index + 1, counts.length))},${round(y(nodes))}`).join(' ')
  const floor = `${round(x(1, 1))},${round(y(0))} ${LEFT},${round(y(0))}`
  const lines = [0, Math.ceil(top / 2), top]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t d">
<title id="t">${escape(series.title)}</title>
<desc id="d">${escape(series.detail)}</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #1b1e28 } .soft { fill: #5a6072 } .line { stroke: #c9cedb } .with { fill: #2f6f62 } .without { fill: none; stroke: #b4532a; stroke-width: 2; stroke-dasharray: 6 4 } .saved { fill: #b4532a; opacity: .12 }
@media (prefers-color-scheme: dark) { text { fill: #eceef5 } .soft { fill: #bcc2d3 } .line { stroke: #474c5c } .with { fill: #5fb5a2 } .without { stroke: #f0a07c } .saved { fill: #f0a07c } }
</style>
${lines.map((nodes) => `<line class="line" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(nodes))}" y2="${round(y(nodes))}"/><text class="soft" x="${LEFT - 8}" y="${round(y(nodes) + 4)}" text-anchor="end">${nodes}</text>`).join('\n')}
<polygon class="saved" points="${steps(series.without)} ${floor}"/>
<polygon class="with" points="${steps(series.with)} ${floor}"/>
<polyline class="without" points="${steps(series.without)}"/>
${series.marks.map((mark, index) => `<text class="soft" x="${round(x(index, series.marks.length) + 4)}" y="${HEIGHT - 10}">${escape(mark)}</text>`).join('\n')}
<text x="${LEFT}" y="22" font-weight="600">${escape(series.title)}</text>
<text class="soft" x="${LEFT}" y="42">${escape(series.detail)}</text>
</svg>
`
}

const round = (value: number): number => Math.round(value * 10) / 10

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
