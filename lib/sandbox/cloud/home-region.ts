import { AwsError } from './aws-error.ts'

const homeRegion = 'us-east-1'

/** Throws the refusal of a request signed for another region than the one that serves billing and prices. */
export const refuseOtherRegions = (region: string): void => {
  if (region === homeRegion) return
  const message = `Credential should be scoped to a valid region: found ${region}, expected ${homeRegion}`
  throw new AwsError(403, 'InvalidSignatureException', message)
}
