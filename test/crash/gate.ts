/** One call of a worker to a cluster, AWS or the table. */
export interface Call {
  readonly to: 'cluster' | 'aws' | 'table'
  /** `PATCH /apis/apps/v1/…`, `autoscaling SuspendProcesses`, `UpdateItem CLUSTER#us-dev/…` */
  readonly what: string
  /** What all the work is for at present. */
  readonly stage: string
  /** Whose turn it is: the function and what it looks at. */
  readonly turn: string
  /** Where in the work it stands: the stage, the turn, what was changed in it so far, the call, and the how manieth of its kind. */
  readonly place: string
}

/** What the callee does with a call instead of answering it. */
export type Refusal = 'drop' | 'throttle' | 'fail' | 'conflict' | 'forbid' | 'invalid' | 'timeout'

/** Decides the fate of a call at its two points: before it is handled, and after it took effect but before the answer. */
export interface Fate {
  readonly before?: (call: Call) => Promise<Refusal | undefined>
  readonly after?: (call: Call) => Promise<'drop' | undefined>
}

/** The point every call of a worker passes, twice. */
export class Gate {
  fate: Fate = {}
  /** What all the work is for at present. */
  stage = ''
  #turn = ''
  #changes: string[] = []
  readonly #seen = new Map<string, number>()

  /** A worker's turn begins. */
  begin(turn: string): void {
    this.#turn = turn
    this.#changes = []
    this.#seen.clear()
  }

  async before(to: Call['to'], request: string): Promise<{ readonly call: Call; readonly refusal: Refusal | undefined }> {
    const what = NAMES.reduce((text, [name, instead]) => text.replace(name, instead), request)
    const times = (this.#seen.get(what) ?? 0) + 1
    this.#seen.set(what, times)
    const call = { to, what, stage: this.stage, turn: this.#turn, place: `${this.stage} ${this.#turn.replace(ENVIRONMENT, 'an-environment')}: ${[...this.#changes, what].join(', ')} (${times})` }
    if (CHANGES_IN_ORDER.test(what)) this.#changes.push(what)
    return { call, refusal: await this.fate.before?.(call) }
  }

  async after(call: Call | undefined): Promise<'drop' | undefined> {
    return call === undefined ? undefined : this.fate.after?.(call)
  }
}

/** The same work, whichever of the two environments it is for. */
const ENVIRONMENT = /\b(?:shop|batch)\b/

/** Each cycle of sleep and wake has other nodes and pods, and each world before one plane pools of other names. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/ip-[\d-]+\.ec2\.internal/, 'a-node'],
  [/pods\/[^/]+\/eviction/, 'pods/a-pod/eviction'],
  [/nodeclaims\/.+/, 'nodeclaims/a-claim'],
  [/\b(workers|burst)-\d+-\d+/, '$1'],
  [ENVIRONMENT, 'an-environment'],
]

/** Messages, batches and patches are sent side by side and come in any order: their number in the turn tells their place. */
const CHANGES_IN_ORDER = /^(?:UpdateItem|(?:eks|autoscaling) (?!Describe))/
