import { describe, expect, it } from 'vitest'
import { clusterAddress, modeOf, protectedBy } from '../../lib/domain/fleet.ts'
import { isDeepEqual } from '../../lib/domain/is-deep-equal.ts'

describe('an EKS cluster ARN', () => {
  it('tells partition, region, account and name', () => {
    expect(clusterAddress('arn:aws-cn:eks:cn-north-1:111122223333:cluster/us-dev')).toEqual({
      partition: 'aws-cn', region: 'cn-north-1', account: '111122223333', eksName: 'us-dev',
    })
  })

  it.each(['', 'us-dev', 'arn:aws:eks:us-east-1:1111:cluster/us-dev', 'arn:aws:ecs:us-east-1:111122223333:cluster/us-dev', 'arn:aws:eks:us-east-1:111122223333:nodegroup/x'])(
    'refuses "%s" and shows what one looks like',
    (arn) => expect(() => clusterAddress(arn)).toThrow(`found "${arn}", expected arn:aws:eks:<region>:<account>:cluster/<name>`),
  )
})

describe('protected namespaces', () => {
  it.each([
    ['kube-system', [], 'kube-*'],
    ['kube-anything', ['nothing'], 'kube-*'],
    ['shop-prod', ['*-prod'], '*-prod'],
    ['shop-prod-2', ['*-prod'], undefined],
    ['team1', ['team?'], 'team?'],
    ['team12', ['team?'], undefined],
    ['a.b', ['a.b'], 'a.b'],
    ['axb', ['a.b'], undefined],
    ['kubelet', [], undefined],
  ] as const)('%s against %j: %s', (namespace, protect, by) => {
    expect(protectedBy(namespace, protect)).toBe(by)
  })
})

it('lets a cluster differ from the mode of the fleet', () => {
  const fleet = { mode: 'observe', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] } as const
  const cluster = { name: 'us-dev', arn: '', whole: false }
  expect(modeOf(fleet, cluster)).toBe('observe')
  expect(modeOf(fleet, { ...cluster, mode: 'act' })).toBe('act')
})

it('takes plain data for equal when it says the same, in any order of keys', () => {
  expect(isDeepEqual({ a: 1, b: [{ c: 2 }], d: undefined }, { b: [{ c: 2 }], a: 1 })).toBe(true)
  expect(isDeepEqual({ a: [1, 2] }, { a: [2, 1] })).toBe(false)
  expect(isDeepEqual([], {})).toBe(false)
  expect(isDeepEqual(null, {})).toBe(false)
  expect(isDeepEqual({ a: { b: null } }, { a: { b: undefined } })).toBe(false)
})
