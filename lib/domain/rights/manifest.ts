/** An object of the Kubernetes API, as a manifest has it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> }
  readonly [field: string]: unknown
}

/** What all objects carry that let Catnap in, so that they are found again. */
export const OWN_LABELS = { 'app.kubernetes.io/part-of': 'catnap' } as const

/** The Kubernetes group of the workers' access entry. */
export const CATNAP_GROUP = 'catnap'
