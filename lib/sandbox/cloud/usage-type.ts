const billingNames: Readonly<Record<string, string>> = {
  'us-east-2': 'USE2', 'us-west-1': 'USW1', 'us-west-2': 'USW2', 'eu-west-1': 'EU', 'eu-central-1': 'EUC1',
  'ap-south-1': 'APS3', 'ap-southeast-1': 'APS1', 'ap-southeast-2': 'APS2', 'ap-northeast-1': 'APN1',
}

/** A usage type as bill and Price List write it: with the billing name of its region in front, but for us-east-1. */
export const usageTypeIn = (region: string, usageType: string): string =>
  region === 'us-east-1' ? usageType : `${billingNames[region] ?? region}-${usageType}`
