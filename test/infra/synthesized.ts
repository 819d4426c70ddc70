import { App } from 'aws-cdk-lib'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { addCatnap } from '../../infra/catnap-app.ts'

// CDK's engine for CloudFormation schemas takes 4 s to start and looks at every real synth; cdk-nag stays on here.
process.env['CDK_VALIDATION'] = 'false'

interface CfnResource {
  readonly Type: string
  readonly DeletionPolicy?: string
  readonly DependsOn?: unknown
  readonly Properties: Readonly<Record<string, unknown>>
}

export interface Synthesized {
  readonly stack: string
  readonly environment: string
  readonly resources: Readonly<Record<string, CfnResource>>
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

/** A CDK app with the shipped context, that does not bundle. */
export const appWith = (context: Readonly<Record<string, unknown>> = {}): App => {
  const shipped: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../cdk.json'), 'utf8'))
  const flags = typeof shipped === 'object' && shipped !== null && 'context' in shipped ? shipped.context : {}
  return new App({ context: { ...Object(flags), 'aws:cdk:bundling-stacks': [], ...context } })
}

/** The templates of Catnap's app under this context. Throws where cdk-nag finds anything. */
export const synthesize = (context: Readonly<Record<string, unknown>> = {}): readonly Synthesized[] => {
  const app = appWith(context)
  addCatnap(app)
  const assembly = app.synth()
  const stacks = assembly.stacks.map(({ stackName, environment, template }) => ({
    stack: stackName,
    environment: `${environment.account}/${environment.region}`,
    resources: template.Resources,
    outputs: template.Outputs,
  }))
  rmSync(assembly.directory, { recursive: true })
  return stacks
}

/** A CloudFormation value as text: joins joined, references as `<name>`. */
export const text = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  const [[key, inner] = ['', undefined]] = Object.entries(value)
  if (key === 'Fn::Join' && Array.isArray(inner) && Array.isArray(inner[1])) {
    return inner[1].map(text).join(String(inner[0]))
  }
  if (key === 'Fn::GetAtt' && Array.isArray(inner)) return `<${inner.join('.')}>`
  if (key === 'Ref') return `<${String(inner)}>`
  return JSON.stringify(value)
}

export const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** The resources of one type, with their properties. */
export const ofType = (stack: Synthesized, type: string): readonly CfnResource['Properties'][] =>
  Object.values(stack.resources).flatMap((resource) => (resource.Type === type ? [resource.Properties] : []))

/** The metrics in the alarms of a stack: one on an expression is billed for each metric in it. */
export const alarmMetrics = (stack: Synthesized): number =>
  ofType(stack, 'AWS::CloudWatch::Alarm').reduce((sum, { Metrics }) => {
    const metrics = Array.isArray(Metrics) ? Metrics.filter((metric) => Object(metric).MetricStat !== undefined).length : 1
    return sum + metrics
  }, 0)
