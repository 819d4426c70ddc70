import type { SeenWebhook, WebhookScope } from '../../domain/doctor/seen-webhook.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'
import { Field } from './snapshot/field.ts'
import { toSelector } from './snapshot/to-selector.ts'

/** The webhooks of a configuration that fail closed: `failurePolicy: Fail`, the default of the v1 API. */
export const toWebhooks = (configuration: SeenWebhook['configuration'], object: Fields): readonly SeenWebhook[] =>
  listIn(object['webhooks']).map(fieldsIn).flatMap((webhook, index) => {
    if ((webhook['failurePolicy'] ?? 'Fail') !== 'Fail') return []
    const service = fieldsIn(fieldsIn(webhook['clientConfig'])['service'])
    const [namespace, name] = [textIn(service['namespace']), textIn(service['name'])]
    return [{
      configuration,
      name: textIn(fieldsIn(object['metadata'])['name']) ?? '',
      webhook: textIn(webhook['name']) ?? '',
      index,
      service: namespace === undefined || name === undefined ? undefined : { namespace, name },
      namespaceSelector: toSelector(new Field(webhook['namespaceSelector'])) ?? [],
      objectSelector: toSelector(new Field(webhook['objectSelector'])) ?? [],
      scopes: listIn(webhook['rules']).map(fieldsIn).map(toScope),
      conditional: listIn(webhook['matchConditions']).length > 0,
    }]
  })

const toScope = ({ apiGroups, resources, operations }: Fields): WebhookScope => ({ groups: texts(apiGroups), resources: texts(resources), operations: texts(operations) })

const texts = (value: unknown): readonly string[] => listIn(value).flatMap((one) => textIn(one) ?? [])
