import { Agent, request } from 'undici'
import { apiVersionOf, kindRow } from '../../lib/sandbox/cluster/kinds.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'

/** An answer as it came. */
interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Fields
}

type Fields = Readonly<Record<string, unknown>>

/** The media types of patches. */
export const PATCH = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

/** The Kubernetes API without a client library in between, so that the contract sees what goes over the wire. */
export interface RawApi {
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, contentType?: string): Promise<RawAnswer>
  /** Throws an Error for anything but success, here and below. */
  create(object: KubernetesObject): Promise<KubernetesObject>
  get(kind: string, name: string, namespace?: string): Promise<KubernetesObject>
  list(kind: string, namespace?: string): Promise<readonly KubernetesObject[]>
  patch(kind: string, name: string, namespace: string | undefined, body: unknown): Promise<KubernetesObject>
  remove(kind: string, name: string, namespace?: string): Promise<void>
  close(): Promise<void>
}

/** Where the objects of a kind are. */
export const pathOf = (kind: string, namespace?: string, name?: string): string => {
  const row = kindRow(kind)
  if (row === undefined) throw new RangeError(`unknown kind: found ${kind}, expected a row of kinds.ts`)
  const root = row.group === '' ? `/api/${row.version}` : `/apis/${apiVersionOf(row)}`
  return `${root}${row.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''}/${row.plural}${name === undefined ? '' : `/${name}`}`
}

/** The API of a cluster for the holder of a token. */
export const rawApi = ({ url, certificateAuthority }: Pick<ClusterUnderTest, 'url' | 'certificateAuthority'>, token: string): RawApi => {
  const agent = new Agent({ connections: 16, connect: certificateAuthority === undefined ? {} : { ca: certificateAuthority } })

  const call: RawApi['call'] = async (method, path, body, contentType = 'application/json') => {
    const answer = await request(`${url}${path}`, {
      method,
      dispatcher: agent,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.statusCode, headers: answer.headers, body: parsed(await answer.body.text()) }
  }

  const succeed: (...parameters: Parameters<RawApi['call']>) => Promise<Fields> = async (...parameters) => {
    const { status, body } = await call(...parameters)
    if (status < 300) return body
    throw new Error(`${parameters[0]} ${parameters[1]}: found ${status} ${JSON.stringify(body)}, expected success`)
  }

  return {
    call,
    create: async (object) => asObject(await succeed('POST', pathOf(object.kind, object.metadata.namespace), object)),
    get: async (kind, name, namespace) => asObject(await succeed('GET', pathOf(kind, namespace, name))),
    list: async (kind, namespace) => {
      const { items } = await succeed('GET', pathOf(kind, namespace))
      return Array.isArray(items) ? items.map(asObject) : []
    },
    patch: async (kind, name, namespace, body) => asObject(await succeed('PATCH', pathOf(kind, namespace, name), body, PATCH.merge)),
    remove: async (kind, name, namespace) => void (await succeed('DELETE', pathOf(kind, namespace, name))),
    close: () => agent.close(),
  }
}

const asObject = (body: unknown): KubernetesObject => body as KubernetesObject

/** Some refusals come as plain text. */
const parsed = (text: string): Fields => {
  try {
    return JSON.parse(text) as Fields
  } catch {
    return { text }
  }
}
