import { AwsError } from './aws-error.ts'
import { JsonInput } from './json-input.ts'
import type { Service } from './service.ts'
import { awsJsonAnswer, awsJsonRefusal } from './wire.ts'

const targets: Readonly<Record<string, string>> = { 'AmazonSSM.GetParameter': 'GetParameter', 'AmazonSSM.PutParameter': 'PutParameter' }

/** AWS keeps so many versions of a parameter. */
const mostVersions = 100

/** Parameters by name, their versions oldest first. */
export type Parameters = Map<string, readonly { readonly version: number; readonly value: string }[]>

/** AWS Systems Manager, Parameter Store (awsJson1_1, 2014-11-06): SecureStrings by name and version. */
export const ssmService = (parameters: Parameters): Service => ({
  action: ({ target }) => targets[target],
  handle: (action, { body, requestId }) => {
    const input = JsonInput.parse(body)
    return awsJsonAnswer(action === 'GetParameter' ? getParameter(parameters, input) : putParameter(parameters, input), requestId, '1.1')
  },
  refuse: (error, requestId) => awsJsonRefusal(error, requestId, { namespace: 'com.amazonaws.ssm', version: '1.1' }),
})

const getParameter = (parameters: Parameters, input: JsonInput): object => {
  const [name = '', version] = (input.text('Name') ?? '').split(':')
  const versions = parameters.get(name)
  if (versions === undefined) throw new AwsError(400, 'ParameterNotFound', '')
  const found = version === undefined ? versions.at(-1) : versions.find((each) => String(each.version) === version)
  if (found === undefined) throw new AwsError(400, 'ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`)
  // Who does not ask for it decrypted gets what nobody can use.
  const Value = input.flag('WithDecryption') === true ? found.value : `encrypted:${found.value.length}`
  return { Parameter: { Name: name, Type: 'SecureString', Value, Version: found.version, DataType: 'text' } }
}

const putParameter = (parameters: Parameters, input: JsonInput): object => {
  const [name, value] = [input.text('Name') ?? '', input.text('Value') ?? '']
  const type = input.text('Type')
  if (type !== 'SecureString') throw new AwsError(400, 'ValidationException', `the simulated Parameter Store takes SecureStrings only: found ${type ?? 'none'}`)
  const versions = parameters.get(name) ?? []
  if (versions.length > 0 && input.flag('Overwrite') !== true) {
    throw new AwsError(400, 'ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.')
  }
  const version = (versions.at(-1)?.version ?? 0) + 1
  parameters.set(name, [...versions, { version, value }].slice(-mostVersions))
  return { Version: version, Tier: 'Standard' }
}
