/** A balancer as the context of a spoke says it. */
export const balancerIn = (region: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  scheme: 'public',
  vpc: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  certificates: [certificateOf(region)],
  ...changes,
})

export const certificateOf = (region: string, id = '0a1b2c3d'): string => `arn:aws:acm:${region}:111122223333:certificate/${id}`
