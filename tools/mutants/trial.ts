import { fork, type ChildProcess } from 'node:child_process'
import type { TestFile } from './bench.ts'
import type { Mutant } from './find.ts'
import type { Answer, Order } from './worker.ts'

const WORKER = new URL('worker.ts', import.meta.url).pathname
/** Test files that take less are asked first: most mutants live no longer. */
const SHORT_MS = 2_000

export type Fate = 'killed' | 'survived' | 'timed out' | 'not run'

/** A process that tries one mutant after the other, and is replaced when one of them never ends. */
export class Trial implements Disposable {
  readonly #args: readonly string[]
  #child: ChildProcess | undefined

  constructor(folder: string, tests: readonly string[]) {
    this.#args = [folder, ...tests]
  }

  /** @throws Error the tests are red as they are */
  async survey(files: readonly string[]): Promise<readonly TestFile[]> {
    const answer = await this.#ask({ do: 'survey', files }, 30 * 60_000)
    if (answer === undefined || !('survey' in answer)) throw new Error(answer && 'fault' in answer ? answer.fault : 'the tests do not end')
    return answer.survey.map((one) => ({ ...one, ran: new Set(one.ran) }))
  }

  /** Tries one mutant with the test files that run its function, the short ones first. @throws Error the worker fell over */
  async try(mutant: Mutant, map: readonly TestFile[]): Promise<Fate> {
    const asked = map.filter(({ ran }) => ran.has(mutant.place)).toSorted((a, b) => a.ms - b.ms)
    if (asked.length === 0) return 'not run'
    const short = asked.filter(({ ms }) => ms < SHORT_MS).map(({ path }) => path)
    const long = asked.filter(({ ms }) => ms >= SHORT_MS).map(({ path }) => [path])
    const limit = 30_000 + 5 * asked.reduce((sum, { ms }) => sum + ms, 0)
    const answer = await this.#ask({ do: 'try', mutant, tests: [short, ...long] }, limit)
    if (answer === undefined) return 'timed out'
    if ('fault' in answer) throw new Error(`${mutant.file}:${mutant.line}: ${mutant.change}: ${answer.fault}`)
    return 'noticed' in answer && answer.noticed ? 'killed' : 'survived'
  }

  /** @returns undefined when there was no answer in time; the process is then ended */
  async #ask(order: Order, limitMs: number): Promise<Answer | undefined> {
    const child = (this.#child ??= fork(WORKER, [...this.#args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    const answered = Promise.withResolvers<Answer | undefined>()
    const timer = setTimeout(() => answered.resolve(undefined), limitMs)
    const onMessage = (answer: Answer): void => answered.resolve(answer)
    const onExit = (): void => answered.resolve({ fault: 'the worker ended' })
    child.once('message', onMessage)
    child.once('exit', onExit)
    child.send(order)
    try {
      const answer = await answered.promise
      if (answer === undefined || ('fault' in answer && child.exitCode !== null)) this[Symbol.dispose]()
      return answer
    } finally {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}
