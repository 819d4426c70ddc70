import { describe, expect, it } from 'vitest'
import { steppedArea } from '../../../lib/views/console/stepped-area.ts'

const box = { columns: 4, top: 4, width: 40, height: 20 }

describe('an area of steps', () => {
  it('goes up and down where the numbers do, and closes along the bottom', () => {
    expect(steppedArea({ ...box, counts: [4, 4, 1, 2] })).toBe('M0 20V0H10H20V15H30V10H40V20z')
  })

  it('leaves the time before the first number blank', () => {
    expect(steppedArea({ ...box, counts: [2] })).toBe('M30 20V10H40V20z')
  })

  it('stays within its box, and is empty without numbers', () => {
    expect(steppedArea({ ...box, counts: [9], top: 4 })).toContain('V0H40')
    expect(steppedArea({ ...box, counts: [0], top: 0 })).not.toMatch(/NaN|Infinity/)
    expect(steppedArea({ ...box, counts: [] })).toBe('')
  })
})
