import { kubernetesContract } from './kubernetes-contract.ts'
import { startSimulated } from './start-simulated.ts'

// Here test/crash kills whole workers at every call.
kubernetesContract(startSimulated, { cutPatches: [1], cuts: ['cut before', 'cut after'] })
