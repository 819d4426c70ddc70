import { AwsError } from './aws-error.ts'
import type { BillLine } from './bill.ts'
import type { JsonInput } from './json-input.ts'

const invalid = (message: string): AwsError => new AwsError(400, 'ValidationException', message)

/** The value of each dimension of a line, as Cost Explorer shows it. */
const dimensions: Readonly<Record<string, (line: BillLine) => string>> = {
  SERVICE: ({ service }) => service,
  REGION: ({ region }) => region,
  LINKED_ACCOUNT: ({ account }) => account,
  USAGE_TYPE: ({ usageType }) => usageType,
  INSTANCE_TYPE: ({ instanceType }) => instanceType ?? 'NoInstanceType',
  RECORD_TYPE: () => 'Usage',
}

const dimensionOf = (key: string | undefined): ((line: BillLine) => string) => {
  const dimension = key !== undefined && Object.hasOwn(dimensions, key) ? dimensions[key] : undefined
  if (dimension !== undefined) return dimension
  throw invalid(`the simulated Cost Explorer has the dimensions ${Object.keys(dimensions).join(', ')}: found ${key ?? 'none'}`)
}

/** Whether a line passes an Expression of dimensions, tags, And, Or and Not. A value nobody has passes nothing. */
export const costFilter = (expression: JsonInput | undefined): ((line: BillLine) => boolean) => {
  if (expression === undefined) return () => true
  const [form, ...others] = expression.names
  if (form === undefined || others.length > 0) {
    throw invalid(`Expression may have only one root: found ${expression.names.join(', ') || 'none'}`)
  }
  if (form === 'And' || form === 'Or') {
    const parts = expression.objects(form).map((part) => costFilter(part))
    if (parts.length < 2) throw invalid(`${form} needs at least 2 expressions: found ${parts.length}`)
    return form === 'And' ? (line) => parts.every((part) => part(line)) : (line) => parts.some((part) => part(line))
  }
  if (form === 'Not') {
    const part = costFilter(expression.object('Not'))
    return (line) => !part(line)
  }
  return oneOf(form, expression.object(form))
}

const oneOf = (form: string, terms: JsonInput | undefined): ((line: BillLine) => boolean) => {
  const values = terms?.texts('Values') ?? []
  const options = terms?.texts('MatchOptions') ?? []
  const unknown = options.find((option) => option !== 'EQUALS' && option !== 'ABSENT')
  if (unknown !== undefined) throw invalid(`the simulated Cost Explorer matches EQUALS or ABSENT: found ${unknown}`)
  const key = terms?.text('Key')
  if (form === 'Dimensions') {
    const dimension = dimensionOf(key)
    return (line) => values.includes(dimension(line))
  }
  if (form !== 'Tags') throw invalid(`the simulated Cost Explorer filters by Dimensions and Tags: found ${form}`)
  if (options.includes('ABSENT')) return ({ tags }) => tags[key ?? ''] === undefined
  return ({ tags }) => values.includes(tags[key ?? ''] ?? '')
}

/** The keys a line is grouped under. Throws for more than two groups, a wrong type or an unknown dimension. */
export const costGroups = (groupBy: readonly JsonInput[]): ((line: BillLine) => readonly string[]) => {
  if (groupBy.length > 2) throw invalid(`The number of GroupBy must be 2 or fewer: found ${groupBy.length}`)
  const keys = groupBy.map((group) => {
    const [type, key] = [group.text('Type'), group.text('Key')]
    if (type === 'DIMENSION') return dimensionOf(key)
    if (type !== 'TAG' || key === undefined) {
      throw invalid(`the simulated Cost Explorer groups by DIMENSION or TAG: found ${type ?? 'none'}`)
    }
    return ({ tags }: BillLine) => `${key}$${tags[key] ?? ''}`
  })
  return (line) => keys.map((key) => key(line))
}
