import type { V1Container } from '@kubernetes/client-node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heapFlags } from '../../../lib/adapters/kubernetes/heap-flags.ts'
import { jvmFloor } from '../../../lib/domain/advice/jvm-floor.ts'

type Started = Pick<V1Container, 'command' | 'args' | 'env'>

const SECRETS: Started = {
  command: ['sh', '-c', 'exec java $JAVA_OPTS -Ddb.password=hunter2 -jar app.jar'],
  args: ['--token=$(TOKEN)', '-Xmx1g'],
  env: [
    { name: 'TOKEN', value: 'ghp_secret' },
    { name: 'DB_PASSWORD', value: '-Xmx512m;hunter2' },
    { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'api' } } },
  ],
}

describe('heap flags', () => {
  it.each<[string, Started, readonly string[]]>([
    ['the command', { command: ['java', '-Xmx512m', '-jar', 'app.jar'] }, ['-Xmx512m']],
    ['the arguments', { args: ['-XX:MaxRAMPercentage=75.0', '-XX:+UseG1GC'] }, ['-XX:MaxRAMPercentage=75.0']],
    ['a variable', { env: [{ name: 'JAVA_TOOL_OPTIONS', value: '-Xms64m -XX:MaxHeapSize=2G -Dx=1' }] }, ['-XX:MaxHeapSize=2G']],
    ['a line of a shell', { command: ['sh', '-c', 'java -Xmx256M -jar a.jar'] }, ['-Xmx256M']],
    ['a variable named by an argument', { args: ['-Xmx$(HEAP)'], env: [{ name: 'HEAP', value: '768m' }] }, ['-Xmx768m']],
    ['variables named by a variable after them', { args: ['$(OPTS)'], env: [{ name: 'HEAP', value: '1g' }, { name: 'OPTS', value: '-Xmx$(HEAP)' }] }, ['-Xmx1g']],
  ])('are found in %s', (_, started, flags) => {
    expect(heapFlags(started)).toEqual(flags)
  })

  it.each<[string, Started]>([
    ['a variable that comes later', { env: [{ name: 'OPTS', value: '-Xmx$(HEAP)' }, { name: 'HEAP', value: '1g' }] }],
    ['an expansion that is escaped', { args: ['-Xmx$$(HEAP)'], env: [{ name: 'HEAP', value: '1g' }] }],
    ['a variable from a Secret', { args: ['-Xmx$(HEAP)'], env: [{ name: 'HEAP', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] }],
    ['a size with letters after it', { args: ['-Xmx512mb', '-Xmx1.5g'] }],
    ['nothing at all', {}],
  ])('are not made of %s', (_, started) => {
    expect(heapFlags(started)).toEqual([])
  })

  it('are all that leaves a container whose words and variables hold secrets', () => {
    expect(heapFlags(SECRETS)).toEqual(['-Xmx1g', '-Xmx512m'])
  })

  const part = fc.oneof(fc.string(), fc.constantFrom('-Xmx', '512m', '-XX:MaxHeapSize=', '-XX:MaxRAMPercentage=', '75.0', '1', 'g', ' ', 'A', '$(A)', '$(B)', '$$', 'password=x'))
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
  const started = fc.record({ command: fc.array(text), args: fc.array(text), env: fc.array(fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: text })) })

  it('never hold anything but a flag and its size', () => {
    fc.assert(fc.property(started, (given) => {
      for (const flag of heapFlags(given)) expect(flag).toMatch(/^(?:-Xmx|-XX:MaxHeapSize=|-XX:MaxRAMPercentage=)[\d.]+[kmgt]?$/i)
    }))
  })

  it('say of a JVM what its whole command line and variables say', () => {
    const words = fc.array(fc.constantFrom('-Xmx512m', '-Xmx1g', '-XX:MaxRAMPercentage=60', '-XX:MaxHeapSize=700000000', '-Xms1g', 'java', '-Xmx9mb', 'x'), { maxLength: 5 })
    fc.assert(fc.property(words, words, fc.option(fc.integer({ min: 64, max: 4096 }), { nil: undefined }), (args, opts, limitMiB) => {
      const value = opts.join(' ')
      const flags = heapFlags({ args, env: [{ name: 'JAVA_OPTS', value }] })
      expect(jvmFloor({ words: flags, env: {}, limitMiB })).toEqual(jvmFloor({ words: args, env: { JAVA_OPTS: value }, limitMiB }))
    }))
  })
})
