import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A call an adapter makes, as the IAM action it needs. */
export interface AdapterCall {
  readonly folder: string
  readonly file: string
  readonly action: string
}

/** The IAM prefix of each SDK package. */
const prefixes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-eks': 'eks',
  '@aws-sdk/client-auto-scaling': 'autoscaling',
  '@aws-sdk/client-ec2': 'ec2',
  '@aws-sdk/client-sesv2': 'ses',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-elastic-load-balancing-v2': 'elasticloadbalancing',
  '@aws-sdk/client-pricing': 'pricing',
  '@aws-sdk/client-cost-explorer': 'ce',
}

/** Commands whose IAM action has another name: batches of SQS, and the short names of lib-dynamodb. */
const otherNames: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
  'dynamodb:Get': 'dynamodb:GetItem',
  'dynamodb:Put': 'dynamodb:PutItem',
  'dynamodb:Update': 'dynamodb:UpdateItem',
  'dynamodb:Delete': 'dynamodb:DeleteItem',
  'dynamodb:BatchGet': 'dynamodb:BatchGetItem',
  'dynamodb:BatchWrite': 'dynamodb:BatchWriteItem',
}

/**
 * The IAM actions one source text needs: every `XCommand` and `paginateX` it imports from an SDK package by name, and every
 * call we sign ourselves.
 * Throws for an SDK package the permission table does not know.
 */
export const actionsIn = (source: string): readonly string[] => {
  const actions = new Set<string>()
  for (const [statement, names = '', module = ''] of source.matchAll(
    /import\s+(?!type\b)([^;'"]*?)\s*from\s*['"](@aws-sdk\/[^'"]+)['"]/g,
  )) {
    const prefix = prefixes[module]
    if (prefix === undefined) {
      const known = Object.keys(prefixes).join(', ')
      throw new Error(`no IAM prefix for ${module}: found ${statement}, expected one of ${known}`)
    }
    for (const [, type, command, paginated] of names.matchAll(/(type\s+)?\b(?:(\w+)Command|paginate(\w+))\b/g)) {
      const name = `${prefix}:${command ?? paginated ?? ''}`
      if (type === undefined) actions.add(otherNames[name] ?? name)
    }
  }
  // What we sign ourselves names its action where it is called.
  for (const [, service = '', action = ''] of source.matchAll(/\('Amazon(SSM|SQS)\.(\w+)'/g)) {
    const name = `${service.toLowerCase()}:${action}`
    actions.add(otherNames[name] ?? name)
  }
  for (const [, action = ''] of source.matchAll(/signedHeaders\('(\w+:\w+)'\)/g)) actions.add(action)
  return [...actions].toSorted()
}

const root = path.join(import.meta.dirname, '../..')

/** Every call of every adapter. */
export const adapterCalls = (): readonly AdapterCall[] => callsOf(filesUnder(path.join(root, 'lib/adapters')))

/** The calls of the adapters that an entry file, given from the root, can reach through its imports. */
export const callsReachedFrom = (entry: string): readonly AdapterCall[] => callsOf(reachedFrom(path.join(root, entry)))

/** The calls of ports in the code an entry loads, ports and adapters aside: `capacity.mark`, `memory.pools.change`. */
export const portCallsFrom = (entry: string): ReadonlySet<string> =>
  new Set(
    reachedFrom(path.join(root, entry))
      .filter((file) => !/^lib\/(?:adapters\/|ports\.ts)/.test(path.relative(root, file)))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(portCall)])
      .map(([, call = '']) => call),
  )

const portCall = /\b((?:capacity|clusters|mailbox|memory|registry|usage|journal|ledgers|prices|bills|linkKeys|balancer)(?:\.\w+)+|traffic\.requests|traffic\.network|queries\.range|notices\.tell|mail\.send|access\.support|access\.nodes\.list|nodes\.survey)\(/g

const filesUnder = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file))
    : []

const callsOf = (files: readonly string[]): readonly AdapterCall[] =>
  files
    .map((file) => path.relative(root, file))
    .filter((file) => file.startsWith('lib/adapters/') && file.endsWith('.ts'))
    .flatMap((file) =>
      actionsIn(readFileSync(path.join(root, file), 'utf8')).map((action) => ({
        folder: file.split('/').slice(0, 3).join('/'),
        file,
        action,
      })),
    )

/** Our own files an entry loads, itself included: every relative import that type stripping leaves. */
const reachedFrom = (entry: string, seen: Set<string> = new Set()): readonly string[] => {
  if (seen.has(entry) || !existsSync(entry)) return [...seen]
  seen.add(entry)
  for (const [, from, bare] of readFileSync(entry, 'utf8').matchAll(
    /^(?:import|export)\s+(?!type\b)[^'"]*?from\s*['"](\.[^'"]+\.ts)['"]|\bimport\s*\(?\s*['"](\.[^'"]+\.ts)['"]/gm,
  )) {
    reachedFrom(path.join(path.dirname(entry), from ?? bare ?? ''), seen)
  }
  return [...seen]
}
