import type { TestProject } from 'vitest/node'
import { admissionPolicy } from '../../../lib/domain/rights/admission-policy.ts'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { applyManifest } from '../apply-manifest.ts'
import { CONTRACT_GRANT } from '../../contract/contract-grant.ts'
import { rawApi } from '../../contract/raw-api.ts'
import { planePrograms } from './build-plane.ts'
import { type Plane, startPlane } from './start-plane.ts'

declare module 'vitest' {
  // The library's own name for what a global setup hands to the tests.
  export interface ProvidedContext {
    plane: Plane
  }
}

// What an exit ends is in plane-process.ts.
const endNow = (): void => void process.exit(130)

const say = (line: string): void => void process.stderr.write(`plane: ${line}\n`)

/** Builds what is missing, starts one control plane for the whole run, and lets Catnap in as `catnap rbac` says. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const programs = await planePrograms(say)
  const began = Date.now()
  const { plane, stop } = await startPlane(programs)
  process.once('SIGINT', endNow)
  process.once('SIGTERM', endNow)
  const admin = rawApi(plane, plane.tokens.admin)
  for (const manifest of [...clusterWideRoles(CONTRACT_GRANT), ...admissionPolicy(CONTRACT_GRANT)]) await applyManifest(admin, manifest)
  await admin.close()
  say(`ready at ${plane.url} after ${Math.round((Date.now() - began) / 1000)} s`)
  project.provide('plane', plane)
  return async () => {
    process.off('SIGINT', endNow)
    process.off('SIGTERM', endNow)
    const failed = project.vitest.state.getCountOfFailedTests() > 0
    const { kept } = await stop(failed)
    if (kept !== undefined) say(`its logs are left in ${kept}`)
  }
}
