import { describe, expect, it } from 'vitest'
import { frontAtZero, type FrontFacts } from '../../../lib/domain/front/can-work-asleep.ts'
import type { FrontKind } from '../../../lib/domain/front/front.ts'
import { termsWith } from '../build-environment.ts'

const all: FrontFacts = { hasBalancer: true, hasWakeTargetGroup: true, hasWakeAddress: true, whole: true }
const wakeOf = (front?: FrontKind) => termsWith({ wake: { hosts: ['shop.example.com'], by: 'click', stayAwakeSeconds: 7200, ...(front === undefined ? {} : { front }) } })

describe('whether a front works with no node left', () => {
  it.each<readonly [FrontKind | undefined, Partial<FrontFacts>, boolean, RegExp]>([
    ['alb', {}, true, /need nothing of the cluster/],
    ['alb', { hasBalancer: false }, false, /until there is one .* or the intent says front: link/],
    ['lbc', {}, true, /keeps its rules when the AWS Load Balancer Controller is gone/],
    ['lbc', { hasWakeTargetGroup: false }, false, /name one as wakeTargetGroup/],
    ['ingress', {}, false, /whole: true takes the last node, and the ingress pods with it/],
    ['ingress', { whole: false }, true, /the ingress pods stay awake/],
    ['ingress', { whole: false, hasWakeAddress: false }, false, /CATNAP_WAKE_URL/],
    ['link', { hasBalancer: false }, true, /only the wake address answers/],
    [undefined, { hasBalancer: false }, true, /only the wake address answers/],
  ])('%s with %j: %s', (front, facts, works, why) => {
    const answer = frontAtZero(wakeOf(front), { ...all, ...facts })

    expect(answer.works).toBe(works)
    expect(answer.why).toMatch(why)
  })
})
