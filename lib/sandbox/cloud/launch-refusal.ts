/** Why EC2 starts no instance, as RunInstances says it. */
export interface LaunchRefusal {
  readonly code: string
  readonly message: string
}

/** What a launch is for. */
export interface Launch {
  readonly pool: string
  readonly zone: string
  readonly instanceType: string
}

/** A message for each code that can be had. Codes: EC2 API reference, "Error codes". */
const MESSAGES = {
  InsufficientInstanceCapacity: ({ instanceType, zone }: Launch) =>
    `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`,
  VcpuLimitExceeded: () =>
    'You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.',
  'InvalidLaunchTemplateId.NotFound': () => 'The specified launch template, with template ID lt-0123456789abcdef0, does not exist.',
} as const

/** Launches EC2 refuses: all, or those of a pool, or into a zone. */
export interface RefusedLaunches {
  readonly code: keyof typeof MESSAGES
  readonly pool?: string
  readonly zone?: string
}

/** How a launch is refused; undefined: it is not. */
export const refusalOf = (refused: Iterable<RefusedLaunches>, launch: Launch): LaunchRefusal | undefined => {
  for (const { code, pool = launch.pool, zone = launch.zone } of refused) {
    if (pool === launch.pool && zone === launch.zone) return { code, message: MESSAGES[code](launch) }
  }
  return undefined
}

/** What Auto Scaling says of a launch that failed. It names no code; EKS, which speaks of its groups, does. */
export const sayFailedLaunch = ({ message }: LaunchRefusal): string => `${message} Launching EC2 instance failed.`
