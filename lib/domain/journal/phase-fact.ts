import type { Environment, Phase } from '../environment.ts'
import type { Fact } from './fact.ts'

/** That an environment came from a phase to the one it is in. */
export const phaseFact = ({ id, phase, since, decision }: Environment, was: Phase): Fact => ({
  kind: 'phase', at: since, environment: id, was, is: phase, ...(decision === undefined ? {} : { rule: decision.rule }),
})
