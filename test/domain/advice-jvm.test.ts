import { describe, expect, it } from 'vitest'
import { jvmFloor, type StartedWith } from '../../lib/domain/advice/jvm-floor.ts'

const floorOf = (changes: Partial<StartedWith>): number | undefined =>
  jvmFloor({ words: [], env: {}, ...changes })?.memoryMiB

describe('the floor of a JVM: its largest heap is three quarters of what it needs', () => {
  it.each([
    ['-Xmx768m', 1024],
    ['-Xmx768M', 1024],
    ['-Xmx3g', 4096],
    ['-Xmx786432k', 1024],
    ['-Xmx805306368', 1024],
    ['-XX:MaxHeapSize=768m', 1024],
  ])('%s needs %d MiB', (word, memoryMiB) => {
    expect(floorOf({ words: ['java', word, '-jar', 'app.jar'] })).toBe(memoryMiB)
  })

  it('is read from a shell line, from variables and through $(NAME)', () => {
    expect(floorOf({ words: ['sh', '-c', 'exec java -Xms64m -Xmx768m -jar app.jar'] })).toBe(1024)
    expect(floorOf({ env: { JAVA_TOOL_OPTIONS: '-Xmx768m -XX:+UseG1GC' } })).toBe(1024)
    expect(floorOf({ words: ['-Xmx$(HEAP)'], env: { HEAP: '768m' } })).toBe(1024)
    expect(floorOf({ words: ['-Xmx$(HEAP)'] })).toBeUndefined()
  })

  it('goes by the largest of several, and by a fixed size before a percentage', () => {
    expect(floorOf({ words: ['-Xmx768m'], env: { JAVA_OPTS: '-Xmx384m' } })).toBe(1024)
    expect(floorOf({ words: ['-XX:MaxRAMPercentage=50', '-Xmx384m'], limitMiB: 4096 })).toBe(512)
  })

  it('is a share of the limit, and never more than it', () => {
    expect(floorOf({ words: ['-XX:MaxRAMPercentage=50.0'], limitMiB: 1536 })).toBe(1024)
    expect(floorOf({ words: ['-XX:MaxRAMPercentage=80'], limitMiB: 1000 })).toBe(1000)
    expect(floorOf({ words: ['-Xmx2g'], limitMiB: 1024 })).toBe(1024)
  })

  it('is not known for a share of no limit, and that is said', () => {
    expect(jvmFloor({ words: ['-XX:MaxRAMPercentage=75'], env: {} })).toEqual({
      from: expect.stringContaining('without a memory limit'),
    })
  })

  it.each([
    'nginx',
    '-Xms512m',
    '--Xmx',
    '-Xmx',
    '-Xmx0',
    '-Xmx12x',
    '-XX:MaxRAMPercentage=0',
    '-XX:MaxRAMPercentage=150',
    '-XX:InitialRAMPercentage=50',
  ])('is none for %s', (word) => {
    expect(jvmFloor({ words: [word], env: {}, limitMiB: 1024 })).toBeUndefined()
  })
})
