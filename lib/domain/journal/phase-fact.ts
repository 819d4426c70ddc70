import type { Environment, Phase } from '../environment.ts'
import { isWhole } from '../whole/whole-record.ts'
import type { Fact } from './fact.ts'

/** That an environment came from a phase to the one it is in. Of a cluster as a whole there is none: its nodes are counted with its environments. */
export const phaseFact = ({ id, terms, phase, since, decision }: Environment, was: Phase): { readonly fact?: Fact } =>
  (isWhole({ terms }) ? {} : { fact: { kind: 'phase', at: since, environment: id, was, is: phase, ...(decision === undefined ? {} : { rule: decision.rule }) } })
