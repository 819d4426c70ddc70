import assert from 'node:assert/strict'
import { it } from 'node:test'
import { storm, type StormFacts, type StormPlan } from './storm.ts'
import { KEY_LIMITS } from './table-limits.ts'
import { ASSUMED } from './wake-containers.ts'

const REQUESTS = 10_000

/** Two cores of this machine stand for fifty containers with a core each, and for the table. */
const SLOWER = 20

const PLANS: readonly (StormPlan & { readonly says: string })[] = [
  { says: '10,000 requests to one sleeping environment within a second wake it once, and each is answered right', environments: 1, requests: REQUESTS, slower: SLOWER },
  { says: '10,000 requests to 1,000 sleeping environments within a second wake each of them once, and each is answered right', environments: 1000, requests: REQUESTS, slower: SLOWER },
]

const say = (facts: StormFacts): string => {
  const { p50Ms, p99Ms, mostMs, seconds, refused, coldStarts, throttled, mostWrites, mostReads } = facts
  return [
    `  p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${mostMs} ms; all answered after ${seconds.toFixed(1)} s`,
    `  ${refused} times all ${ASSUMED.mostAtOnce} containers were busy and a request was sent again; ${coldStarts} cold starts`,
    `  the table throttled ${throttled} calls; the busiest keys took ${mostWrites} write units and ${mostReads} read units`,
    `  assumed: a cold start takes ${ASSUMED.coldStartMs} ms, the way to Lambda and back ${ASSUMED.queueMs} ms`,
    `  all of it ${SLOWER} times slower than life, the limits of a key too: ${KEY_LIMITS.writes} write and ${KEY_LIMITS.reads} read units a second of the load's own time`,
  ].join('\n')
}

for (const { says, ...plan } of PLANS) {
  it(says, { timeout: 900_000 }, async (test) => {
    const facts = await storm(plan)
    for (const line of say(facts).split('\n')) test.diagnostic(line.trim())
    assert.deepEqual(facts.faults.slice(0, 5), [])
    assert.deepEqual(facts.wrong.slice(0, 5), [])
  })
}
