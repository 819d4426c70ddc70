import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlanePart, PlanePrograms } from './build-plane.ts'
import { freePorts } from './free-ports.ts'
import { type PlaneUser, writeAuditPolicy, writeKubeconfig, writeServiceAccountKey, writeTokens } from './plane-files.ts'
import { type PlaneProcess, startProcess } from './plane-process.ts'

/** A running control plane; plain data, so that it can be handed to test processes. */
export interface Plane {
  readonly url: string
  /** PEM. */
  readonly certificateAuthority: string
  /**
   * Tokens by user: an administrator, Catnap's worker as EKS would let it in, somebody without any right, and a worker whose
   * group was given far too much.
   */
  readonly tokens: { readonly admin: string; readonly catnap: string; readonly guest: string; readonly mighty: string }
  /** Where etcd answers, for compactions. */
  readonly etcdUrl: string
  /** The file in which the API server writes down who evicted or deleted which pod, a JSON object a line. */
  readonly auditLog: string
}

/** What ends the control plane. `kept`: where its logs are left, if they are. */
export type StopPlane = (keepLogs: boolean) => Promise<{ readonly kept?: string }>

const USERS = {
  admin: { name: 'admin', token: 'token-of-admin', groups: ['system:masters'] },
  catnap: { name: 'catnap', token: 'token-of-catnap', groups: ['catnap'] },
  guest: { name: 'guest', token: 'token-of-guest', groups: ['guests'] },
  mighty: { name: 'mighty', token: 'token-of-mighty', groups: ['catnap', 'system:masters'] },
  controllers: { name: 'system:kube-controller-manager', token: 'token-of-controllers', groups: [] },
  scheduler: { name: 'system:kube-scheduler', token: 'token-of-scheduler', groups: [] },
} as const satisfies Readonly<Record<string, PlaneUser>>

/** On an idle machine it takes 10 s; two cores may be shared by many. */
const START_MS = 600_000

const STAGES = join(import.meta.dirname, 'stages.yaml')

/**
 * Starts etcd, kube-apiserver with RBAC, kube-controller-manager, kube-scheduler and kwok on free ports of the loopback
 * interface, everything they write in a folder for temporary files. Throws an Error with the end of a log when a part
 * ends or is not ready in time.
 */
export const startPlane = async (programs: PlanePrograms): Promise<{ readonly plane: Plane; readonly stop: StopPlane }> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-plane-'))
  const logs = join(folder, 'logs')
  mkdirSync(logs)
  const processes: PlaneProcess[] = []
  const start = (part: PlanePart, flags: readonly string[]): void => {
    processes.unshift(startProcess(part, [...programs[part], ...flags], join(logs, `${part}.log`)))
  }
  const clean = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  // After the one of plane-process.ts, which ends the processes.
  process.once('exit', clean)
  const stop: StopPlane = async (keepLogs) => {
    await Promise.all(processes.map((running) => running.stop()))
    process.off('exit', clean)
    if (keepLogs) return { kept: logs }
    clean()
    return {}
  }
  try {
    return { plane: await bringUp(folder, start, processes), stop }
  } catch (error) {
    await stop(true)
    throw error
  }
}

const bringUp = async (folder: string, start: (part: PlanePart, flags: readonly string[]) => void, processes: readonly PlaneProcess[]): Promise<Plane> => {
  const [clientPort, peerPort, apiPort] = await freePorts(3)
  const [etcdUrl, peerUrl, url] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`, `https://127.0.0.1:${apiPort}`]
  const certificates = join(folder, 'certificates')
  const keys = writeServiceAccountKey(folder)
  const auditLog = join(folder, 'logs', 'audit.log')
  const tokens = writeTokens(folder, Object.values(USERS))

  start('etcd', [
    `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn',
    `--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`, `--initial-cluster=default=${peerUrl}`,
  ])
  start('kube-apiserver', [
    // Compactions come from the tests; with 0 it would not even follow theirs.
    `--etcd-servers=${etcdUrl}`, '--etcd-compaction-interval=24h', '--bind-address=127.0.0.1', `--secure-port=${apiPort}`, '--advertise-address=127.0.0.1',
    // It makes its own certificate there, which is its own authority.
    `--cert-dir=${certificates}`,
    '--endpoint-reconciler-type=none', '--service-cluster-ip-range=10.0.0.0/16', '--authorization-mode=RBAC',
    `--token-auth-file=${tokens}`,
    `--audit-policy-file=${writeAuditPolicy(folder)}`, `--audit-log-path=${auditLog}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keys.publicKey}`, `--service-account-signing-key-file=${keys.privateKey}`,
  ])
  await until('kube-apiserver is ready', processes, () => answersReady(url, join(certificates, 'apiserver.crt')))
  const authority = join(certificates, 'apiserver.crt')

  const kubeconfig = (user: PlaneUser): string => `--kubeconfig=${writeKubeconfig(folder, url, authority, user)}`
  start('kube-controller-manager', [
    kubeconfig(USERS.controllers), '--leader-elect=false', '--secure-port=0', '--use-service-account-credentials',
    `--service-account-private-key-file=${keys.privateKey}`, `--root-ca-file=${authority}`,
    // A tenth of what it is by default, so that a test need not wait.
    '--horizontal-pod-autoscaler-sync-period=1500ms',
    // Left to itself each controller makes 20 calls a second, and a thousand pods take minutes.
    '--kube-api-qps=500', '--kube-api-burst=1000',
  ])
  start('kube-scheduler', [kubeconfig(USERS.scheduler), '--leader-elect=false', '--secure-port=0'])
  start('kwok', [kubeconfig(USERS.admin), `--config=${STAGES}`, '--manage-all-nodes=true', '--node-lease-duration-seconds=40'])
  const account = `${url}/api/v1/namespaces/default/serviceaccounts/default`
  await until('kube-controller-manager is at work', processes, async () => (await status(account, authority)) === 200)

  return {
    url,
    certificateAuthority: readFileSync(authority, 'utf8'),
    tokens: { admin: USERS.admin.token, catnap: USERS.catnap.token, guest: USERS.guest.token, mighty: USERS.mighty.token },
    etcdUrl,
    auditLog,
  }
}

const until = async (what: string, processes: readonly PlaneProcess[], holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + START_MS
  while (!(await holds())) {
    const ended = processes.find((running) => running.hasEnded())
    if (ended !== undefined) throw new Error(`${ended.name} ended before ${what}; the end of its log:\n${ended.logEnd()}`)
    if (Date.now() > deadline) {
      throw new Error(`not so after ${START_MS / 1000} s: ${what}\n${processes.map(({ name, logEnd }) => `--- ${name}\n${logEnd()}`).join('\n')}`)
    }
    await sleep(100)
  }
}

const answersReady = async (url: string, authority: string): Promise<boolean> => (await status(`${url}/readyz`, authority)) === 200

/** The status an administrator gets; undefined while nobody answers, or has written the certificate. */
const status = (url: string, authority: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    try {
      const asked = request(url, { ca: readFileSync(authority), headers: { authorization: `Bearer ${USERS.admin.token}` }, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.once('error', () => resolve(undefined))
      asked.end()
    } catch {
      resolve(undefined)
    }
  })
