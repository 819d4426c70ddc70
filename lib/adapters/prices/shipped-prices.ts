import table from './ec2-us-east-1.json' with { type: 'json' }

/** What one instance type is and costs: on-demand, Linux, shared tenancy, in the region the table names. */
export interface ShippedPrice {
  readonly vcpu: number
  readonly memoryMiB: number
  readonly microUsdPerHour: number
}

const instanceTypes: Readonly<Record<string, (typeof table.instanceTypes)['m5.large']>> = table.instanceTypes

/** Whose prices the shipped table has, and as of which day, `YYYY-MM-DD`. */
export const shippedList: { readonly region: string; readonly asOf: string } = { region: table.region, asOf: table.asOf }

/** The shipped list price of an instance type, in integer micro-dollars an hour; undefined for an unknown type. */
export const shippedPrice = (instanceType: string): ShippedPrice | undefined => {
  const row = Object.hasOwn(instanceTypes, instanceType) ? instanceTypes[instanceType] : undefined
  if (row === undefined) return undefined
  return { vcpu: row.vcpu, memoryMiB: row.memoryMiB, microUsdPerHour: Math.round(row.usdPerHour * 1_000_000) }
}
