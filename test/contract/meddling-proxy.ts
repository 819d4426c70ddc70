import { type LoopbackProxy, type PassingRequest, startLoopbackProxy } from '../loopback-proxy.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'

/** `cut before`: the cluster never hears of it. `cut after`: the cluster acts, and its answer is lost. Or another path. */
export type Meddling = 'cut before' | 'cut after' | { readonly path: string } | undefined

type Meddler = (request: Pick<PassingRequest, 'method' | 'path'>) => Meddling

/** A plain HTTP server that hands everything on to a cluster, except where a test meddles. */
export interface MeddlingProxy extends LoopbackProxy {
  /** From now on asked of each request before it is handed on; undefined: nobody is. */
  meddle(meddler: Meddler | undefined): void
}

/** Starts a proxy in front of a cluster on a free port of this machine. */
export const startMeddlingProxy = async ({ url, certificateAuthority }: Pick<ClusterUnderTest, 'url' | 'certificateAuthority'>): Promise<MeddlingProxy> => {
  let meddler: Meddler | undefined
  const proxy = await startLoopbackProxy(url, async (request, forward) => {
    const meddling = meddler?.(request)
    if (meddling === 'cut before') return 'cut'
    const answer = await forward(typeof meddling === 'object' ? { ...request, ...meddling } : request)
    return meddling === 'cut after' ? 'cut' : answer
  }, certificateAuthority)
  return {
    ...proxy,
    meddle: (next) => {
      meddler = next
    },
  }
}
