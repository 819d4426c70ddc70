import { describe, expect, test } from 'vitest'
import { readPlan } from '../../infra/plan.ts'

const plan = (context: Readonly<Record<string, unknown>>) => readPlan((key) => context[key])
const east = { account: '111122223333', region: 'us-east-1' }
const west = { account: '444455556666', region: 'eu-west-1' }

describe('where the stacks go', () => {
  test('is wherever `cdk deploy` runs, one hub and one spoke, when nothing is named', () => {
    expect(plan({})).toEqual({ hub: undefined, spokes: [{ site: undefined, network: undefined }] })
  })

  test('is the spokes named on the command line, and the hub with the first of them', () => {
    expect(plan({ spokes: '111122223333/us-east-1, 444455556666/eu-west-1' })).toEqual({
      hub: east,
      spokes: [
        { site: east, network: undefined },
        { site: west, network: undefined },
      ],
    })
  })

  test('is a hub apart from its spokes when it is named', () => {
    expect(plan({ hub: '111122223333/us-east-1', spokes: '444455556666/eu-west-1' })).toEqual({
      hub: east,
      spokes: [{ site: west, network: undefined }],
    })
    expect(plan({ hub: '111122223333/us-east-1' }).spokes).toEqual([{ site: east, network: undefined }])
  })

  test('includes the subnets through which a spoke reaches private endpoints', () => {
    const network = { vpc: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0'] }
    expect(plan({ spokes: { '444455556666/eu-west-1': network } }).spokes).toEqual([{ site: west, network }])
    expect(plan({ spokes: { '444455556666/eu-west-1': {} } }).spokes).toEqual([{ site: west, network: undefined }])
  })

  test.each(['catnap@example.com', 'Catnap <catnap@mail.example.com>'])('knows whom reports come from: %s', (mailFrom) => {
    expect(plan({ mailFrom })).toMatchObject({ mailFrom })
  })

  test('knows the parameter that signs links, and none where none is named', () => {
    expect([plan({ linkKey: '/catnap/link-key' }).linkKey, plan({}).linkKey]).toEqual(['/catnap/link-key', undefined])
  })

  test.each([
    ['a parameter without a slash', { linkKey: 'catnap' }, 'context "linkKey" is no parameter: found "catnap", expected the name of one such as "/catnap/link-key"'],
    ['a parameter of AWS', { linkKey: '/aws/service/x' }, 'context "linkKey" is no parameter'],
    ['a sender without a domain', { mailFrom: 'catnap' }, 'context "mailFrom" is no sender: found "catnap", expected "catnap@example.com"'],
    ['a sender that hides another', { mailFrom: 'a@example.com <b@example.com>' }, 'context "mailFrom" is no sender'],
    ['an account that is too short', { spokes: '1111/us-east-1' }, 'found "1111/us-east-1", expected "111122223333'],
    ['a region that is none', { hub: '111122223333/mars' }, 'context "hub" names no account and region'],
    ['the same place twice', { spokes: '111122223333/us-east-1,111122223333/us-east-1' }, 'us-east-1 twice'],
    ['a VPC without subnets', { spokes: { '111122223333/us-east-1': { vpc: 'vpc-01234567' } } }, 'cannot be read'],
    ['a list', { spokes: ['111122223333/us-east-1'] }, 'expected "<account>/<region>'],
  ])('refuses %s and says what it found and expected', (_, context, message) => {
    expect(() => plan(context)).toThrow(message)
  })
})
