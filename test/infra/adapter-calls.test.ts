import { describe, expect, test } from 'vitest'
import { operatorRights, permissions, type Right } from '../../infra/permissions.ts'
import { actionsIn, type AdapterCall, adapterCalls, callsReachedFrom, portCallsFrom } from './adapter-calls.ts'

describe('the actions a source needs', () => {
  test('are its commands and paginators, under the names IAM has for them', () => {
    const source = `
      import { DescribeClusterCommand, type TagResourceCommand, paginateListNodegroups } from '@aws-sdk/client-eks'
      import {
        SendMessageBatchCommand,
        SQSClient,
      } from '@aws-sdk/client-sqs'
      import { GetCommand, BatchWriteCommand as Write } from "@aws-sdk/lib-dynamodb"
      import type { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
    `
    expect(actionsIn(source)).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'eks:DescribeCluster',
      'eks:ListNodegroups',
      'sqs:SendMessage',
    ])
  })

  test('cannot be told for a package the table does not know', () => {
    const source = `import { S3Client } from '@aws-sdk/client-s3'`
    expect(() => actionsIn(source)).toThrow('no IAM prefix for @aws-sdk/client-s3')
  })
})

const calledIn = (calls: readonly AdapterCall[], { action, by }: Right): boolean =>
  calls.some((call) => call.folder === by && call.action === action)

const withoutCommand = (rows: readonly Right[], entry: string): readonly string[] => {
  const calls = callsReachedFrom(entry)
  return rows
    .filter((row) => row.call !== undefined && !calledIn(calls, row))
    .map(({ action, by }) => `${action} in ${by}`)
}

const withoutCall = (rows: readonly Right[], entry: string): readonly string[] => {
  const calls = portCallsFrom(entry)
  return rows.flatMap(({ action, call }) => (call === undefined || calls.has(call) ? [] : [`${action} for ${call}`]))
}

/** Lists go by the names of ports, too. */
const isPortCall = /^(?:capacity|clusters|traffic|prices|bills)\.(?!(?:map|filter|flatMap)$)/

const cli = 'lib/cli/main.ts'

describe('the permission table and the adapters', () => {
  test('agree: every command an adapter sends has a row that names that adapter', () => {
    const rows = [...Object.values(permissions).flat(), ...operatorRights]
    const calls = adapterCalls()
    expect(calls.filter((call) => !rows.some((row) => calledIn([call], row)))).toEqual([])
  })

  test.each(['tick', 'wake', 'reconcile', 'reclaim', 'observe', 'account'] as const)(
    'agree: every row of %s has a command that its function can reach',
    (name) => {
      expect(withoutCommand(permissions[name], `functions/${name}.ts`)).toEqual([])
    },
  )

  test('agree: every row of the operator has a command that the CLI can reach', () => {
    expect(withoutCommand(operatorRights, cli)).toEqual([])
  })
})

describe('the permission table and the use cases', () => {
  test.each(['tick', 'wake', 'reconcile', 'reclaim', 'observe', 'account'] as const)(
    'agree: every row of %s names a call of a port that its function makes',
    (name) => {
      expect(withoutCall(permissions[name], `functions/${name}.ts`)).toEqual([])
    },
  )

  test.each(['tick', 'wake', 'reconcile', 'reclaim', 'observe', 'account'] as const)(
    'agree: every call %s makes to what costs money or opens a cluster has a row',
    (name) => {
      const calls = [...portCallsFrom(`functions/${name}.ts`)].filter((call) => isPortCall.test(call))
      expect(calls.filter((call) => !permissions[name].some((row) => row.call === call))).toEqual([])
    },
  )

  test('agree: every row of the operator names a call of a port that the CLI makes', () => {
    expect(withoutCall(operatorRights, cli)).toEqual([])
  })
})
