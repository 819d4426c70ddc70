import { advise, type Advice, type Running } from '../../lib/domain/advice/advise.ts'
import type { Container } from '../../lib/domain/advice/container.ts'
import { unitPrice } from '../../lib/domain/advice/unit-price.ts'
import type { ContainerUsage } from '../../lib/domain/usage/container-usage.ts'
import { TWELVE_BY_FIVE, usageOver } from './build-usage.ts'

/** m5.xlarge at its list price (FIELD §5). */
export const m5xlarge = { instanceType: 'm5.xlarge', vcpu: 4, memoryMiB: 16_384, microUsdPerHour: 192_000 }

/** Four weeks of 12×5 hours at 100m and 300 MiB. */
export const steady: ContainerUsage = usageOver(TWELVE_BY_FIVE, 4, () => ({ cpuMilli: 100, memoryMiB: 300 }))

/** The container web of Deployment shop/web: asks for 1 core and 1 GiB, steady, unless told otherwise. */
export const containerWith = (changes: Partial<Container> = {}): Container => ({
  workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  name: 'web',
  requestNow: { cpuMilli: 1000, memoryMiB: 1024 },
  limits: {},
  words: [],
  env: {},
  steering: [],
  usage: steady,
  ...changes,
})

/** Three replicas for 12×5 hours on m5.xlarge, unless told otherwise. */
const runningWith = (changes: Partial<Running> = {}): Running => ({
  replicas: 3,
  awakeHoursPerMonth: 260,
  price: unitPrice(m5xlarge),
  ...changes,
})

export const adviceFor = (changes: Partial<Container> = {}, running: Partial<Running> = {}): Advice =>
  advise(containerWith(changes), runningWith(running))

/** What was said about a resource, in words. */
export const textsOf = ({ reasons }: Advice, about: 'cpu' | 'memory' | 'both'): readonly string[] =>
  reasons.filter((reason) => reason.about === about).map(({ text }) => text)
