import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { intentReference } from '../../lib/cli/intent-reference.ts'
import { problemReport } from '../../lib/cli/problem-report.ts'
import { intentJsonSchema } from '../../lib/domain/intent/schema.ts'
import { intentText } from '../domain/intent-file.ts'
import { runCatnap } from './run-catnap.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catnap-'))
  await writeFile(join(folder, 'catnap.yaml'), intentText())
  await writeFile(join(folder, 'bad.yaml'), intentText([['mode: observe', 'mode: watch'], ['Mon-Fri 08', 'Mon-Fry 08']]))
})
afterAll(() => rm(folder, { recursive: true }))

describe('catnap validate', () => {
  it('sums up a file that is fine, catnap.yaml when none is named', async () => {
    expect(await runCatnap(['validate'], { cwd: folder })).toEqual({
      code: 0,
      out: 'ok: 2 clusters, 3 environments, 2 pools, 2 holidays; clusters: 1 acted on, 1 observed only\n',
      err: '',
    })
  })

  it('tells every mistake with its place, and ends with 1', async () => {
    const { code, out } = await runCatnap(['validate', 'bad.yaml'], { cwd: folder })

    expect(code).toBe(1)
    expect(out).toBe(`bad.yaml:1:7 mode: found "watch", expected observe or act
  1 | mode: watch
    |       ^
bad.yaml:19:16 environments.us-dev/checkout.hours: found "Fry", expected a day Mon, Tue, Wed, Thu, Fri, Sat or Sun
  19 |     hours: Mon-Fry 08:00-19:00
     |                ^
  did you mean "Fri"?
2 mistakes in bad.yaml
`)
  })

  it('tells them to programs', async () => {
    const { code, out } = await runCatnap(['validate', 'bad.yaml', '--json'], { cwd: folder })

    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      ok: false,
      problems: [
        { line: 1, column: 7, path: 'mode', found: '"watch"', expected: 'observe or act' },
        expect.objectContaining({ line: 19, column: 16, path: 'environments.us-dev/checkout.hours', hint: 'did you mean "Fri"?' }),
      ],
    })
  })

  it('says that a file is not there', async () => {
    expect(await runCatnap(['validate', 'nope.yaml'], { cwd: folder })).toEqual({
      code: 1,
      out: '',
      err: 'error: cannot read nope.yaml: there is no such file; name one, as in: catnap validate catnap.yaml\n',
    })
  })
})

describe('the report of problems', () => {
  it('keeps tabs in front of the mark and leaves long lines out', () => {
    const problem = { line: 1, column: 3, path: '', found: 'x', expected: 'y' }

    expect(problemReport('f', '\tax', [problem], (_, text) => text)).toBe('f:1:3 found x, expected y\n  1 | \tax\n    | \t ^\n1 mistake in f')
    expect(problemReport('f', 'x'.repeat(200), [problem], (_, text) => text)).toBe('f:1:3 found x, expected y\n1 mistake in f')
  })
})

const reportOf = (text: string): string => {
  const read = readIntentFile(text)
  return problemReport('f', text, 'problems' in read ? read.problems : [], (_, painted) => painted)
}

describe('control characters of a file', () => {
  it('are shown in the line, and the mark stands under its place all the same', () => {
    expect(reportOf('clusters: {}\nenvironments: {}\nmode: x\u001b[31mred\n')).toBe(
      'f:3:7 mode: found "x\\u001b[31mred", expected observe or act\n  3 | mode: x\\x1b[31mred\n    |       ^\n1 mistake in f',
    )
    expect(reportOf('{ mode: &\u009b act, clusters: {}, environments: {}, x: 1 }')).toContain(
      '\n  1 | { mode: &\\x9b act, clusters: {}, environments: {}, x: 1 }\n    |                                                    ^',
    )
  })

  it.each(['a\u001b[31m: [', 'a\u001b[31m: 1\na\u001b[31m: 2', '\u001b[31m: 1', 'mode: "\u202e"', 'mode: \u007f\u009b31m', 'a: *\u001b[31m', '- \r\u001b'])('reach no terminal: %j', (text) => {
    expect(reportOf(`${text}\n`)).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
  })
})

describe('catnap schema', () => {
  it('prints the JSON Schema of the file as users write it', async () => {
    const { code, out } = await runCatnap(['schema'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['clusters', 'environments'],
      additionalProperties: false,
      properties: { environments: { additionalProperties: { required: ['hours'], oneOf: [{ required: ['namespaces'] }, { required: ['namespaceSelector'] }] } } },
    })
  })

  it('describes every key', () => {
    const undescribed: string[] = []
    const look = (node: unknown, path: string): void => {
      const { properties = {}, additionalProperties } = Object(node) as { properties?: object; additionalProperties?: unknown }
      for (const [key, under] of Object.entries(properties)) {
        if (!('description' in Object(under))) undescribed.push(`${path}.${key}`)
        look(under, `${path}.${key}`)
      }
      if (typeof additionalProperties === 'object') look(additionalProperties, `${path}.*`)
    }
    look(intentJsonSchema(), '')

    expect(undescribed).toEqual([])
  })
})

describe('docs/intent.md', () => {
  it('is what the schema says: run `npm run docs` when this fails', async () => {
    const written = await readFile(new URL('../../docs/intent.md', import.meta.url), 'utf8')

    expect(written).toBe(intentReference(intentJsonSchema()))
  })

  it('says what a key takes: a number, or one of several', () => {
    expect(typeIn('environments.<name>.idle.prometheus.below')).toBe('number')
    expect(typeIn('environments.<name>.managedBy')).toBe('mapping, or list of mapping')
    expect(typeIn('environments.<name>.managedBy.helmRelease')).toBe('text')
  })

  it('shows a file that is right and has every key', () => {
    const [, text = ''] = /everything in it:\n\n```yaml\n([^]*?)```/.exec(PAGE) ?? []
    const keys = [...PAGE.matchAll(/^### `(.+)`$/gm)].map(([, path = '']) => path)

    expect(readIntentFile(text)).not.toHaveProperty('problems')
    expect(keys.length).toBeGreaterThan(70)
    expect(keys.filter((path) => !has(parse(text), path.split('.')))).toEqual([])
  })
})

const PAGE = intentReference(intentJsonSchema())

const typeIn = (path: string): string | undefined => PAGE.split(`### \`${path}\`\n`)[1]?.match(/^- type: (.*)$/m)?.[1]

/** Whether a file has a key, of any name where the path says `<name>`, in any entry of a list. */
const has = (node: unknown, [key, ...rest]: readonly string[]): boolean => {
  if (key === undefined) return true
  if (Array.isArray(node)) return node.some((entry) => has(entry, [key, ...rest]))
  const under = Object.entries(Object(node)).filter(([name]) => key === '<name>' || name === key)
  return under.some(([, value]) => has(value, rest))
}

describe('catnap', () => {
  it('tells an unknown command from a known one, and ends with 2', async () => {
    const { code, err } = await runCatnap(['hour'])

    expect(code).toBe(2)
    expect(err).toContain("unknown command 'hour'\n(Did you mean hours?)")
  })

  it('prints its version', async () => {
    expect(await runCatnap(['--version'])).toEqual({ code: 0, out: `${packageFile.version}\n`, err: '' })
  })

  it('colours when told to, but not where NO_COLOR says otherwise, and says nothing of the two', async () => {
    const [forced, both] = await Promise.all(['', '1'].map((NO_COLOR) => runCatnap(['validate', 'bad.yaml'], { cwd: folder, env: { FORCE_COLOR: '1', NO_COLOR } })))

    expect(forced?.out).toContain('\u001b[')
    expect(both?.out).not.toContain('\u001b[')
    expect(both?.err).toBe('')
  })

  it('says a default as people write it', async () => {
    const { out } = await runCatnap(['link', '--help'])

    expect(out.replaceAll(/\s+/g, ' ')).toContain('how long the link is good, up to 31d (default: 7d)')
  })

  it('shows its help and ends with 0 when asked, with 2 when nothing was asked', async () => {
    const [asked, nothing] = await Promise.all([runCatnap(['--help']), runCatnap([])])

    expect(asked.code).toBe(0)
    expect(asked.out).toContain('Exit codes: 0 fine, 1 the input or the answer is bad, 2 wrong usage.')
    expect(nothing.code).toBe(2)
    expect(nothing.err).toContain('Usage: catnap')
  })
})
