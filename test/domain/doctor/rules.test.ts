import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../../lib/domain/doctor/diagnose.ts'

describe('the rules of the doctor', () => {
  it('each have a section in docs/doctor.md, in their order', () => {
    const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')
    const sections = [...page.matchAll(/^### (\S+)$/gm)].map(([, name]) => name)
    expect(sections).toEqual(Object.keys(RULES).map((name) => name))
  })
})
