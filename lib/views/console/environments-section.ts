import { type Environment, heading } from '../../domain/environment.ts'
import { type Cluster, clusterAddress, modeOf } from '../../domain/fleet.ts'
import { homeZone } from '../../domain/home-zone.ts'
import { iso } from '../../domain/time.ts'
import { html, type Markup } from '../html.ts'
import { plural, sayUsd } from '../mail/say-amount.ts'
import { sayRemains } from '../say-remains.ts'
import type { EnvironmentStatus } from '../status-table.ts'
import { inZone, sayTime } from '../zoned-time.ts'
import { countUp, hourly } from './console-figures.ts'
import type { ConsoleView } from './console-view.ts'
import { phaseMark } from './phase-mark.ts'
import { emptyNote, scrollBox, sectionOf } from './section.ts'

/** How long the button keeps an environment awake. */
export const STAY_HOURS = 2

/** Clusters and their environments: phase, next change, reason, and what a person may do about it. */
export const environmentsSection = (view: ConsoleView): Markup => sectionOf({
  id: 'environments',
  title: 'Environments',
  body: view.statuses.length === 0
    ? emptyNote('No environment is delivered yet. Begin with: npm run -s catnap -- apply catnap.yaml')
    : scrollBox('Environments', html`<table class="environments">
<caption>Each by the clock of its own zone</caption>
<thead><tr><th scope="col">Environment</th><th scope="col">Phase</th><th scope="col">Next</th><th scope="col">Why</th><th scope="col">Your word</th></tr></thead>
${view.clusters.map((cluster) => clusterRows(view, cluster))}
</table>`),
})

const clusterRows = (view: ConsoleView, cluster: Cluster): Markup => {
  const statuses = view.statuses.filter(({ environment }) => environment.cluster === cluster.name)
  return html`<tbody id="cluster:${cluster.name}" data-list="">
${clusterRow(view, cluster, statuses)}
${statuses.map((status) => environmentRow(view, status))}
</tbody>`
}

const clusterRow = (view: ConsoleView, cluster: Cluster, statuses: readonly EnvironmentStatus[]): Markup => {
  const { name, arn, problem } = cluster
  const pools = view.pools.filter((pool) => pool.cluster === name)
  const pause = view.fleet.pause ?? cluster.pause
  return html`<tr id="cluster:${name}:head" class="cluster"><th scope="rowgroup" colspan="5"><b>${name}</b>
<span class="facts">${clusterAddress(arn).region} · ${modeOf(view.fleet, cluster) === 'act' ? 'acts' : 'observes only'} · ${countUp(statuses)} of ${plural(statuses.length, 'environment')} up · ${sayUsd(hourly(pools, ({ running }) => running).microUsd)}/h of ${sayUsd(hourly(pools, ({ original }) => original).microUsd)}/h</span>
${pause === undefined ? undefined : html`<span class="alarm">Paused by ${pause.by} since ${sayTime(pause.at, view.fleet.timezone, view.now)}${pause.why === undefined ? '' : `: ${pause.why}`}</span>`}
${problem === undefined ? undefined : html`<span class="alarm">Problem with its nodes, tried ${problem.times === 1 ? 'once' : `${problem.times} times`}: ${problem.text}</span>`}</th></tr>`
}

const environmentRow = (view: ConsoleView, status: EnvironmentStatus): Markup => {
  const { environment, outlook: { next } } = status
  const { id, name, phase, since, terms } = environment
  const zone = homeZone(terms)
  return html`<tr id="${id}"><th scope="row"><a href="${addressOf(environment, view.port)}">${name}</a></th>
<td id="${id}:phase" data-live="">${phaseMark(phase)} <span class="soft below">since <time datetime="${iso(since)}">${sayTime(since, zone, view.now)}</time></span></td>
<td id="${id}:next" data-live="">${next === undefined ? html`<span class="soft">no change in sight</span>` : html`${next.becomes} <time datetime="${iso(next.at)}">${sayTime(next.at, zone, view.now)}</time> <span class="soft below">${cityOf(zone)}</span>`}</td>
<td id="${id}:why" data-live="" class="why">${whyOf(view, status, zone)}</td>
<td id="${id}:acts" data-live="" class="acts">${actsOf(view, status)}</td></tr>`
}

/** Its own address; the wake function answers by the environment's id where it has none. */
const addressOf = ({ cluster, name, terms }: Environment, port: number): string => {
  const [host] = terms.wake.hosts
  return host === undefined ? `/e/${cluster}/${name}` : `http://${host}:${port}/`
}

/** `New York`, of `America/New_York`. */
const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')

const whyOf = ({ now, fleet }: ConsoleView, { environment, cluster, outlook: { decision } }: EnvironmentStatus, zone: string): Markup => {
  const { phase, problem, progress } = environment
  if (problem !== undefined) return html`<span class="alarm">Problem, tried ${problem.times === 1 ? 'once' : `${problem.times} times`}: ${inZone(problem.text, zone, now)}</span>`
  const reason = inZone(decision.reason, zone, now)
  if (decision.desired === 'as-it-is') return html`left as it is: ${reason}`
  const steps = progress === undefined || phase === 'awake' || phase === 'asleep' ? '' : ` – ${progress.workloads.done} of ${progress.workloads.total} workloads`
  const waiting = progress?.waitingFor === undefined ? '' : `, waiting for ${progress.waitingFor}`
  const remains = sayRemains(environment)
  if (remains !== undefined) return html`${remains}; ${reason}`
  if (heading(phase) === decision.desired) return html`${reason}${steps}${waiting}`
  return modeOf(fleet, cluster) === 'observe' ? html`would be ${decision.desired}, only observed: ${reason}` : html`to be ${decision.desired}: ${reason}`
}

const actsOf = ({ fleet }: ConsoleView, { environment: { id, phase }, cluster, outlook: { decision } }: EnvironmentStatus): Markup => {
  if (modeOf(fleet, cluster) === 'observe') return html`<span class="soft">only observed</span>`
  if (decision.desired === 'as-it-is') return html`<span class="soft">not now</span>`
  const act = heading(phase) === 'awake' ? { word: 'Sleep', verb: 'sleep' } : { word: 'Wake', verb: 'wake' }
  const path = `/console/environments/${id}`
  return html`<form method="post" action="${path}/${act.verb}"><button aria-label="${act.word} ${id}">${act.word}</button><button formaction="${path}/stay-awake" aria-label="Stay ${STAY_HOURS} h awake: ${id}">Stay ${STAY_HOURS} h</button></form>`
}
