import { type App, Validations } from 'aws-cdk-lib'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { AwsSolutionsChecks } from 'cdk-nag'
import { HubStack } from './hub-stack.ts'
import { type Place } from './layout.ts'
import { readPlan, type Site } from './plan.ts'
import { SpokeStack } from './spoke-stack.ts'

/** Adds the hub and one stack per spoke to the app, as its context says, and has cdk-nag look at all of them. */
export const addCatnap = (app: App): void => {
  const { hub, spokes, mailFrom, linkKey, wakeUrl, gateway, routes, origins } = readPlan((key) => app.node.tryGetContext(key))
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  new HubStack(app, 'catnap-hub', {
    description: 'Catnap hub: the table, the minute tick, the wake address',
    ...env(hub),
    spokes: spokes.map(({ site }) => (sameSite(site, hub) ? undefined : place(site))),
    mailFrom,
    linkKey,
    gateway,
    routes,
    origins,
  })
  for (const { site, network, ...fronts } of spokes) {
    new SpokeStack(app, site === undefined ? 'catnap-spoke' : `catnap-spoke-${site.account}-${site.region}`, {
      description: 'Catnap spoke: the workers that reach the clusters of one account and region, and their queues',
      ...env(site),
      hub: sameSite(site, hub) ? undefined : place(hub),
      network,
      ...fronts,
      wakeUrl,
      ...(sameSite(site, hub) ? { linkKey } : {}),
    })
  }
}

const env = (site: Site | undefined): { env?: Site } => (site === undefined ? {} : { env: site })

const place = (site: Site | undefined): Place | undefined =>
  site === undefined ? undefined : { ...site, partition: RegionInfo.get(site.region).partition ?? 'aws' }

const sameSite = (a: Site | undefined, b: Site | undefined): boolean =>
  a?.account === b?.account && a?.region === b?.region
