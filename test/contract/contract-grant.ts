import { ANY_GRANT, type Grant } from '../../lib/domain/rights/grant.ts'
import { rightOfCustomKind, RIGHTS } from '../../lib/domain/rights/rights.ts'

/** What clusters under test let Catnap do: anything an intent may need, and the one custom kind of the contract. */
export const CONTRACT_GRANT: Grant = {
  ...ANY_GRANT,
  rights: [...RIGHTS, rightOfCustomKind('kafkanodepools.kafka.strimzi.io', ['spec', 'brokers', 'count'])],
}
