import { clusterAddress } from '../fleet.ts'
import { CATNAP_GROUP } from './manifest.ts'

/** The functions that reach into clusters. */
export const WORKERS = ['reconcile', 'reclaim', 'observe'] as const

/** The name of a role of a spoke. IAM is global, and one account may hold spokes in several regions. */
export const spokeRoleName = (holder: string, region: string): string => `catnap-${holder}-${region}`

/** What lets one role into one EKS cluster, as a member of a Kubernetes group and with no access policy of EKS. */
export interface AccessEntry {
  readonly worker: string
  readonly region: string
  readonly clusterName: string
  readonly principalArn: string
  readonly kubernetesGroups: readonly string[]
}

/** The access entries a cluster needs: one for each worker of the spoke of its account and region. Throws as `clusterAddress` does. */
export const accessEntries = (clusterArn: string): readonly AccessEntry[] => {
  const { partition, account, region, eksName } = clusterAddress(clusterArn)
  return WORKERS.map((worker) => ({
    worker, region, clusterName: eksName, kubernetesGroups: [CATNAP_GROUP],
    principalArn: `arn:${partition}:iam::${account}:role/${spokeRoleName(worker, region)}`,
  }))
}

/** The command that makes an entry. */
export const sayCreateEntry = ({ region, clusterName, principalArn, kubernetesGroups }: AccessEntry): string =>
  `aws eks create-access-entry --region ${region} --cluster-name ${clusterName} --principal-arn ${principalArn} --kubernetes-groups ${kubernetesGroups.join(' ')}`

/** The command that takes it back. */
export const sayDeleteEntry = ({ region, clusterName, principalArn }: AccessEntry): string =>
  `aws eks delete-access-entry --region ${region} --cluster-name ${clusterName} --principal-arn ${principalArn}`

/** The entries of one cluster as a CloudFormation template, for the account and region of the cluster. */
export const accessEntriesTemplate = (entries: readonly AccessEntry[]): object => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Lets the workers of Catnap into EKS clusters, as members of a Kubernetes group',
  Resources: Object.fromEntries(entries.map(({ worker, clusterName, principalArn, kubernetesGroups }) => [
    `${worker.charAt(0).toUpperCase()}${worker.slice(1)}Entry`,
    { Type: 'AWS::EKS::AccessEntry', Properties: { ClusterName: clusterName, PrincipalArn: principalArn, KubernetesGroups: kubernetesGroups, Type: 'STANDARD' } },
  ])),
})
