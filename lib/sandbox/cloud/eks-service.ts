import type { Instant } from '../../domain/time.ts'
import type { AutoScalingGroup } from './auto-scaling-group.ts'
import { AwsError } from './aws-error.ts'
import { supportOf, versionsAt } from './cluster-versions.ts'
import type { Fleet, FleetCluster } from './fleet.ts'
import { JsonInput } from './json-input.ts'
import { sayFailedLaunch } from './launch-refusal.ts'
import type { Nodegroup, NodegroupUpdate } from './nodegroup.ts'
import { page } from './page.ts'
import { refuseBadTags } from './resource-tags.ts'
import type { Service, ServiceRequest } from './service.ts'
import { restJsonAnswer, restJsonRefusal } from './wire.ts'

/** The sandbox's cluster endpoints are plain http: nobody checks this certificate, but callers expect base64. */
const certificateAuthorityData = Buffer.from('no certificate: the sandbox speaks plain http').toString('base64')

const routes: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['GET', /^\/cluster-versions$/, 'DescribeClusterVersions'],
  ['GET', /^\/clusters\/([^/]+)$/, 'DescribeCluster'],
  ['GET', /^\/clusters\/([^/]+)\/node-groups$/, 'ListNodegroups'],
  ['GET', /^\/clusters\/([^/]+)\/node-groups\/([^/]+)$/, 'DescribeNodegroup'],
  ['POST', /^\/clusters\/([^/]+)\/node-groups\/([^/]+)\/update-config$/, 'UpdateNodegroupConfig'],
  ['GET', /^\/clusters\/([^/]+)\/updates\/([^/]+)$/, 'DescribeUpdate'],
  ['GET', /^\/tags\/([^/]+)$/, 'ListTagsForResource'],
  ['POST', /^\/tags\/([^/]+)$/, 'TagResource'],
  ['DELETE', /^\/tags\/([^/]+)$/, 'UntagResource'],
]

type Handler = (request: ServiceRequest, path: readonly [first: string, second: string]) => object

/** Amazon EKS (restJson1, 2017-11-01): clusters, managed node groups, their updates and tags. */
export const eksService = (fleet: Fleet): Service => {
  const handlers: Readonly<Record<string, Handler>> = {
    DescribeClusterVersions: ({ query }) => describeClusterVersions(query, fleet.timeline.now()),
    DescribeCluster: ({ region }, [name]) => ({ cluster: described(clusterOf(fleet, name, region)) }),
    ListNodegroups: ({ region, query }, [name]) => {
      const limit = Number(query.get('maxResults') ?? 100)
      const token = query.get('nextToken') ?? undefined
      const names = [...clusterOf(fleet, name, region).nodegroups.keys()].toSorted()
      const { items, nextToken } = page(names, { limit, token, code: 'InvalidParameterException' })
      return { nodegroups: items, nextToken }
    },
    DescribeNodegroup: ({ region }, [name, nodegroup]) => {
      const found = clusterOf(fleet, name, region)
      return { nodegroup: describedNodegroup(nodegroupOf(found, nodegroup), found) }
    },
    UpdateNodegroupConfig: ({ region, body }, [name, nodegroup]) => {
      const found = nodegroupOf(clusterOf(fleet, name, region), nodegroup)
      return { update: describedUpdate(updateConfig(found, JsonInput.parse(body))) }
    },
    DescribeUpdate: ({ region, query }, [name, id]) => {
      const nodegroup = nodegroupOf(clusterOf(fleet, name, region), query.get('nodegroupName') ?? '')
      const update = nodegroup.update(id)
      if (update === undefined) throw notFound(`No update found for ID: ${id}`)
      return { update: describedUpdate(update) }
    },
    ListTagsForResource: (_, [arn]) => ({ tags: Object.fromEntries(tagsOf(fleet, arn)) }),
    TagResource: ({ body }, [arn]) => {
      const given = JsonInput.parse(body).object('tags')
      const tags = tagsOf(fleet, arn)
      const changed = new Map([...tags, ...(given?.names ?? []).map((key) => [key, given?.text(key) ?? ''] as const)])
      refuseBadTags(changed, 'BadRequestException')
      for (const [key, value] of changed) tags.set(key, value)
      return {}
    },
    UntagResource: ({ query }, [arn]) => {
      const tags = tagsOf(fleet, arn)
      for (const key of query.getAll('tagKeys')) tags.delete(key)
      return {}
    },
  }
  return {
    action: ({ method, path }) => routes.find((route) => route[0] === method && route[1].test(path))?.[2],
    handle: (action, request) => {
      const [, first = '', second = ''] = routes.find((route) => route[2] === action)?.[1].exec(request.path) ?? []
      const result = handlers[action]?.(request, [decodeURIComponent(first), decodeURIComponent(second)])
      return restJsonAnswer(result ?? {}, request.requestId)
    },
    refuse: restJsonRefusal,
  }
}

const notFound = (message: string): AwsError => new AwsError(404, 'ResourceNotFoundException', message)

const clusterOf = (fleet: Fleet, name: string, region: string): FleetCluster => {
  const found = fleet.clusters.get(name)
  if (found === undefined || found.region !== region) throw notFound(`No cluster found for name: ${name}.`)
  return found
}

const nodegroupOf = (cluster: FleetCluster, name: string): Nodegroup => {
  const found = cluster.nodegroups.get(name)
  if (found === undefined) throw notFound(`No node group found for name: ${name}.`)
  return found
}

const tagsOf = (fleet: Fleet, arn: string): Map<string, string> => {
  const nodegroup = fleet.nodegroups.find(({ identity }) => identity.arn === arn)
  const tags = nodegroup?.tags ?? [...fleet.clusters.values()].find(({ cluster }) => cluster.arn === arn)?.tags
  if (tags === undefined) throw new AwsError(404, 'NotFoundException', `Resource not found for ARN: ${arn}`)
  return tags
}

const updateConfig = (nodegroup: Nodegroup, input: JsonInput): NodegroupUpdate => {
  const unsupported = input.names.find((name) => !['scalingConfig', 'clientRequestToken'].includes(name))
  if (unsupported !== undefined) {
    const message = `the simulated cloud changes scalingConfig only: found ${unsupported}`
    throw new AwsError(400, 'InvalidParameterException', message)
  }
  const scaling = input.object('scalingConfig')
  const change = Object.fromEntries(
    (['minSize', 'maxSize', 'desiredSize'] as const).flatMap((name) => {
      const size = scaling?.number(name)
      return size === undefined ? [] : [[name, size]]
    }),
  )
  return nodegroup.resize(change, input.text('clientRequestToken'))
}

const described = ({ cluster, version, tags }: FleetCluster): object => ({
  name: cluster.name,
  arn: cluster.arn,
  version,
  endpoint: cluster.endpoint,
  status: 'ACTIVE',
  certificateAuthority: { data: certificateAuthorityData },
  accessConfig: { authenticationMode: 'API' },
  upgradePolicy: { supportType: 'EXTENDED' },
  tags: Object.fromEntries(tags),
})

const describedNodegroup = ({ identity, group, status, tags }: Nodegroup, { version }: FleetCluster): object => ({
  nodegroupName: identity.name,
  nodegroupArn: identity.arn,
  clusterName: identity.cluster,
  version,
  createdAt: group.createdAt / 1000,
  status,
  capacityType: 'ON_DEMAND',
  scalingConfig: group.capacity,
  instanceTypes: [identity.instanceType],
  labels: identity.labels,
  taints: identity.taints,
  resources: { autoScalingGroups: [{ name: group.name }] },
  health: { issues: healthIssues(group) },
  tags: Object.fromEntries(tags),
})

/** What EKS finds wrong with a group that EC2 gives no instance. */
const healthIssues = ({ name, shortage }: AutoScalingGroup): readonly object[] => {
  if (shortage === undefined) return []
  const { code } = shortage.refusal
  return [{ code: 'AsgInstanceLaunchFailures', message: `Could not launch On-Demand Instances. ${code} - ${sayFailedLaunch(shortage.refusal)}`, resourceIds: [name] }]
}

/** Versions with the ends of their support; those past it only where asked for. */
const describeClusterVersions = (query: URLSearchParams, now: Instant): object => {
  const [asked, status] = [query.getAll('clusterVersions'), query.get('versionStatus')]
  const withUnsupported = query.get('includeAll') === 'true'
  const found = versionsAt(now)
    .map((one) => ({ ...one, status: supportOf(one, now) }))
    .filter((one) => asked.length === 0 || asked.includes(one.version))
    .filter((one) => (status === null ? withUnsupported || one.status !== 'UNSUPPORTED' : one.status === status))
  const limit = Number(query.get('maxResults') ?? 100)
  const token = query.get('nextToken') ?? undefined
  const { items, nextToken } = page(found, { limit, token, code: 'InvalidParameterException' })
  const [newest] = versionsAt(now)
  return {
    clusterVersions: items.map((one) => ({
      clusterVersion: one.version,
      clusterType: 'eks',
      defaultVersion: one.version === newest?.version,
      releaseDate: one.releasedAt / 1000,
      endOfStandardSupportDate: one.standardSupportUntil / 1000,
      endOfExtendedSupportDate: one.extendedSupportUntil / 1000,
      versionStatus: one.status,
      status: one.status.toLowerCase().replace('_', '-'),
    })),
    nextToken,
  }
}

const describedUpdate = ({ id, createdAt, params, status }: NodegroupUpdate): object => ({
  id,
  status,
  type: 'ConfigUpdate',
  params,
  createdAt: createdAt / 1000,
  errors: [],
})
