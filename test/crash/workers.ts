import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Invocation, Later } from './invocation.ts'
import { WORKER_FLAGS } from './worker-bundle.ts'

/** One worker process, from before it is ready. */
interface Worker {
  readonly process: ChildProcess
  readonly ready: Promise<unknown>
}

/** Worker processes: one at work, and one kept warm for when that is killed. */
export class Workers {
  readonly #loader: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #all = new Set<Worker>()
  readonly #idle: Worker[] = []
  #busy: Worker | undefined
  #deaths = 0

  constructor(loader: string, environment: Readonly<Record<string, string>>) {
    this.#loader = loader
    this.#environment = environment
    this.#idle.push(this.#start(), this.#start())
  }

  /** Runs one invocation to its end. Throws when the function did, and when its process was killed. */
  async invoke(invocation: Invocation): Promise<unknown> {
    const worker = this.#idle.pop() ?? this.#start()
    const before = this.#busy
    this.#busy = worker
    try {
      await worker.ready
      worker.process.send(invocation)
      const answer = await answerOf(worker.process)
      // The last answer of one that is being killed may be on its way already: it is dead all the same.
      if (!this.#all.has(worker)) throw new Error(KILLED)
      this.#idle.push(worker)
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.result
    } finally {
      this.#busy = before
    }
  }

  /** Freezes the process that is at work, as a machine that is suspended. Answers how to let it go on, at a later time. */
  freeze(): (later: Later) => void {
    const worker = this.#busy
    worker?.process.kill('SIGSTOP')
    return (later) => {
      if (worker === undefined || !this.#all.has(worker)) return
      worker.process.send(later)
      worker.process.kill('SIGCONT')
    }
  }

  /** How many were killed. */
  get deaths(): number {
    return this.#deaths
  }

  /** Kills the process that is at work, as the machine under it would, and waits until it is gone. */
  async kill(): Promise<void> {
    const victim = this.#busy
    // Of two calls on their way at once each may be its death.
    if (victim === undefined || !this.#all.delete(victim)) return
    this.#deaths += 1
    const gone = once(victim.process, 'exit')
    victim.process.kill('SIGKILL')
    await gone
    this.#idle.unshift(this.#start())
  }

  close(): void {
    for (const { process } of this.#all) process.kill('SIGKILL')
  }

  #start(): Worker {
    const child = fork(this.#loader, {
      env: { PATH: process.env['PATH'], ...this.#environment },
      execArgv: WORKER_FLAGS,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ready = answerOf(child)
    // A spare that is killed before it was needed is nobody's failure.
    ready.catch(() => {})
    const worker = { process: child, ready }
    this.#all.add(worker)
    return worker
  }
}

const KILLED = 'the worker was killed'

const answerOf = (child: ChildProcess): Promise<Answer> => new Promise((resolve, reject) => {
  const exited = (code: number | null): void => reject(new Error(code === null ? KILLED : `the worker ended by itself with ${code}`))
  child.once('exit', exited)
  child.once('message', (answer: Answer) => {
    child.off('exit', exited)
    resolve(answer)
  })
})
