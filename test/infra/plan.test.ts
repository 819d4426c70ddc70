import { describe, expect, test } from 'vitest'
import { readPlan } from '../../infra/plan.ts'
import { balancerIn, certificateOf } from './fronts.ts'

const plan = (context: Readonly<Record<string, unknown>>) => readPlan((key) => context[key])
const east = { account: '111122223333', region: 'us-east-1' }
const west = { account: '444455556666', region: 'eu-west-1' }

describe('where the stacks go', () => {
  test('is wherever `cdk deploy` runs, one hub and one spoke, when nothing is named', () => {
    expect(plan({})).toEqual({
      hub: undefined, spokes: [{ site: undefined, network: undefined }], mailFrom: undefined, linkKey: undefined, wakeUrl: undefined, gateway: [], routes: [], origins: [],
    })
  })

  test('is the spokes named on the command line, and the hub with the first of them', () => {
    expect(plan({ spokes: '111122223333/us-east-1, 444455556666/eu-west-1' })).toMatchObject({
      hub: east,
      spokes: [
        { site: east, network: undefined },
        { site: west, network: undefined },
      ],
    })
  })

  test('is a hub apart from its spokes when it is named', () => {
    expect(plan({ hub: '111122223333/us-east-1', spokes: '444455556666/eu-west-1' })).toMatchObject({
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

  test('includes a balancer, for everybody or for what is private unless it says for whom', () => {
    const balancer = balancerIn('eu-west-1')
    const spoke = (changes: object) => plan({ spokes: { '444455556666/eu-west-1': { balancer: { ...balancer, ...changes } } } }).spokes[0]
    expect(spoke({})).toEqual({ site: west, network: undefined, balancer: { ...balancer, from: ['0.0.0.0/0'] } })
    expect(spoke({ scheme: 'internal' })?.balancer?.from).toEqual(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])
    expect(spoke({ from: ['203.0.113.0/24'], logs: 'our-logs' })?.balancer).toMatchObject({ from: ['203.0.113.0/24'], logs: 'our-logs' })
  })

  test('includes further target groups of the wake function, and where Ingresses reach it', () => {
    const { wakeUrl, spokes } = plan({ wakeUrl: 'https://abc.lambda-url.us-east-1.on.aws/', spokes: { '444455556666/eu-west-1': { wakeTargetGroups: ['shop'] } } })
    expect([wakeUrl, spokes]).toEqual(['https://abc.lambda-url.us-east-1.on.aws/', [{ site: west, network: undefined, wakeTargetGroups: ['shop'] }]])
  })

  test('includes fronts of the hub, by host', () => {
    const certificate = certificateOf('us-east-1')
    const route = { zone: 'Z0123456789ABC', balancer: 'k8s-shop-1.us-east-1.elb.amazonaws.com', balancerZone: 'Z35SXDOTRQ7X7K' }
    const { gateway, routes, origins } = plan({
      gateway: { '*.example.com': certificate },
      routes: { 'shop.example.com': route },
      origins: { 'cart.example.com': { origin: 'cart-origin.example.com', certificate } },
    })
    expect(gateway).toEqual([{ domain: '*.example.com', certificate }])
    expect(routes).toEqual([{ host: 'shop.example.com', ...route }])
    expect(origins).toEqual([{ host: 'cart.example.com', origin: 'cart-origin.example.com', certificate }])
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
    ['a wake address with a path', { wakeUrl: 'https://abc.example.com/x' }, 'context "wakeUrl" is no address'],
    ['a target group with too long a name', { spokes: { '444455556666/eu-west-1': { wakeTargetGroups: ['x'.repeat(21)] } } }, 'cannot be read'],
    ['a balancer in one zone', { spokes: { '444455556666/eu-west-1': { balancer: balancerIn('eu-west-1', { subnets: ['subnet-01234567'] }) } } }, 'cannot be read'],
    ['a balancer without a certificate', { spokes: { '444455556666/eu-west-1': { balancer: balancerIn('eu-west-1', { certificates: [] }) } } }, 'cannot be read'],
    ['a certificate of another region', { spokes: { '444455556666/eu-west-1': { balancer: balancerIn('us-east-1') } } }, 'of another region: found arn:aws:acm:us-east-1'],
    ['a word nobody knows', { spokes: { '444455556666/eu-west-1': { balancer: balancerIn('eu-west-1', { certs: [] }) } } }, 'cannot be read'],
    ['a domain that is none', { gateway: { 'a.*.com': certificateOf('us-east-1') } }, 'context "gateway" cannot be read: found'],
    ['a route without a second', {
      routes: { 'shop.example.org': { zone: 'Z0123456789ABC', balancer: 'k.elb.amazonaws.com', balancerZone: 'Z35SXDOTRQ7X7K' } }, gateway: { '*.example.com': certificateOf('us-east-1') },
    }, 'no second for shop.example.org'],
    ['a distribution before itself', { origins: { 'shop.example.com': { origin: 'shop.example.com', certificate: certificateOf('us-east-1') } } }, 'round in a circle'],
    ['a distribution with a certificate of another region', { origins: { 'shop.example.com': { origin: 'o.example.com', certificate: certificateOf('eu-west-1') } } }, 'context "origins" cannot be read'],
    ['a list', { spokes: ['111122223333/us-east-1'] }, 'expected "<account>/<region>'],
  ])('refuses %s and says what it found and expected', (_, context, message) => {
    expect(() => plan(context)).toThrow(message)
  })
})
