import { expect, it } from 'vitest'
import { CRON_JOB } from '../../lib/domain/kinds/cron-job.ts'
import { HELM_RELEASE } from '../../lib/domain/kinds/helm-release.ts'
import { KUSTOMIZATION } from '../../lib/domain/kinds/kustomization.ts'

const NOTHING_SAID = { spec: {} }

it.each([KUSTOMIZATION, HELM_RELEASE])('remembers of a $kind that it said nothing of suspend: the API server writes nothing in there', (kind) => {
  expect(kind.read(NOTHING_SAID)).toEqual({ value: null })
  expect(kind.asleep({ value: null })).toEqual({ suspend: true })
})

it('takes a CronJob that says nothing of suspend for one that is not suspended', () => {
  expect(CRON_JOB.read(NOTHING_SAID)).toEqual({ suspend: false })
})

it.each([CRON_JOB, KUSTOMIZATION, HELM_RELEASE])('leaves a $kind alone that is suspended already', (kind) => {
  expect(kind.read({ spec: { suspend: true } })).toEqual({ suspend: true })
  expect(kind.asleep({ suspend: true })).toBeUndefined()
  expect(kind.asleep({ suspend: false })).toEqual({ suspend: true })
})
