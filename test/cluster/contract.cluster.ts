import { kubernetesContract } from '../contract/kubernetes-contract.ts'
import { realCluster } from './real-cluster.ts'

kubernetesContract(realCluster, {
  cutPatches: [1, 2, 3, 4],
  cuts: ['cut before', 'cut after', 'cut before for good', 'cut after for good'],
})
