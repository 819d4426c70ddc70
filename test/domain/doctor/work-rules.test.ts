import { describe, expect, it } from 'vitest'
import { later } from '../../../lib/domain/time.ts'
import { checkupWith, findingsOf, NOW, objectWith } from './build-checkup.ts'

const found = (hours: number, deadlineSeconds?: number) => findingsOf('running-job', checkupWith({
  looks: { jobs: { seen: [{ namespace: 'shop', name: 'import', startedAt: later(NOW, -hours * 3600), ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }) }] } },
}))

describe('running-job', () => {
  it('notes one that runs, and minds one that may run for ever', () => {
    expect(found(1)).toMatchObject([{ severity: 'note', found: 'it has run for 1h, without a deadline' }])
    expect(found(7, 36_000)).toMatchObject([{ severity: 'note', found: 'it has run for 7h, at most 10h' }])
    expect(found(7)).toMatchObject([{ severity: 'weakens', remedy: expect.stringContaining('"activeDeadlineSeconds":28800') }])
  })
})

describe('lost-files', () => {
  it('tells of files that end with their pods, once for an environment, and minds a StatefulSet', () => {
    const cache = { images: [], pullSecrets: [], scratchVolumes: ['cache'] }
    const [web, cart, api, docs] = ['web', 'cart', 'api', 'docs'].map((name) => objectWith({ name, template: cache }))
    if (web === undefined || cart === undefined || api === undefined || docs === undefined) throw new Error('four')
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [web, cart, api, docs] } } })))
      .toMatchObject([{ severity: 'note', subject: 'Deployment shop/web, Deployment shop/cart, Deployment shop/api and 1 more', found: 'they keep files in emptyDir volumes: cache' }])
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [{ ...web, kind: 'StatefulSet' }] } } }))).toMatchObject([{ severity: 'weakens' }])
    expect(findingsOf('lost-files', checkupWith({ looks: { objects: { seen: [objectWith()] } } }))).toEqual([])
  })
})
