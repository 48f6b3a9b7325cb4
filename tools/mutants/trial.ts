import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Mutant } from './find.ts'
import type { Busy, Plan } from './plan.ts'
import type { Answer, Order, Setting } from './worker.ts'

const WORKER = new URL('worker.ts', import.meta.url).pathname
const LOOK_MS = 500
/** On top of what a go may take: then it cannot even say that it is late. */
const GRACE_MS = 10_000
/** One mutant in a few test files whose modules nobody has loaded. */
const JUDGE_MS = 120_000

/** A process that runs tests, and is replaced when one of them never ends. */
export class Trial implements Disposable {
  readonly #setting: Setting
  #child: ChildProcess | undefined
  #temporary = ''

  constructor(setting: Setting) {
    this.#setting = setting
  }

  /** Does what the plan says; the findings are in its diary. @returns what never ended, if something did @throws Error it fell over */
  async run(plan: Plan, files: readonly string[]): Promise<Busy | undefined> {
    writeFileSync(plan.now, '')
    let busy: Busy | undefined
    const answer = await this.#ask({ do: 'switch', plan, files }, (sinceMs) => {
      const now = readBusy(plan.now)
      if (now?.since !== busy?.since) {
        busy = now
        return 'moved'
      }
      return sinceMs > (busy?.limitMs ?? JUDGE_MS) + GRACE_MS ? 'stuck' : 'waiting'
    })
    return answer === undefined ? (busy ?? { file: '', test: '', mutant: 0, limitMs: 0, since: 0 }) : undefined
  }

  /** Tries one mutant in the old way: its file as it would be, and every module anew. @throws Error it fell over */
  async judge(mutant: Mutant, files: readonly string[]): Promise<'killed' | 'survived' | 'timed out'> {
    const answer = await this.#ask({ do: 'judge', mutant, files }, (sinceMs) => (sinceMs > JUDGE_MS ? 'stuck' : 'waiting'))
    return answer === undefined ? 'timed out' : 'isNoticed' in answer && answer.isNoticed ? 'killed' : 'survived'
  }

  /** @returns undefined when it was stuck; the process is then ended */
  async #ask(order: Order, look: (sinceMs: number) => 'moved' | 'waiting' | 'stuck'): Promise<Answer | undefined> {
    const child = this.#child ?? (await this.#open())
    let moved = performance.now()
    const stuck = Promise.withResolvers<undefined>()
    const timer = setInterval(() => {
      const seen = look(performance.now() - moved)
      if (seen === 'moved') moved = performance.now()
      if (seen === 'stuck') stuck.resolve(undefined)
    }, LOOK_MS)
    try {
      const answer = await Promise.race([told(child, order), stuck.promise])
      if (answer === undefined) this[Symbol.dispose]()
      if (answer && 'fault' in answer) throw new Error(answer.fault)
      return answer
    } finally {
      clearInterval(timer)
    }
  }

  async #open(): Promise<ChildProcess> {
    const child = (this.#child = fork(WORKER, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    const answer = await told(child, { do: 'open', setting: this.#setting })
    if ('temporary' in answer) this.#temporary = answer.temporary
    return child
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
    // What it would have cleared away itself at its end (test/in-memory.ts).
    if (basename(this.#temporary).startsWith('kedge-tests-')) rmSync(join(this.#temporary), { recursive: true, force: true })
  }
}

async function told(child: ChildProcess, order: Order): Promise<Answer> {
  const answered = Promise.withResolvers<Answer>()
  const onExit = (): void => answered.resolve({ fault: 'the worker ended' })
  child.once('message', answered.resolve)
  child.once('exit', onExit)
  child.send(order)
  try {
    return await answered.promise
  } finally {
    child.off('message', answered.resolve)
    child.off('exit', onExit)
  }
}

function readBusy(path: string): Busy | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Busy
  } catch {
    // It is just being written, or nothing has begun.
    return undefined
  }
}
