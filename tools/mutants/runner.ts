import { openSync, readFileSync, writeSync } from 'node:fs'
import fc from 'fast-check'
import { inject, TestRunner, vi } from 'vitest'
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite, TestRunnerConfig, TestTryOptions } from 'vitest'
import { packed, write, type Line } from './diary.ts'
import { Goes, type Finding, type Outcome } from './goes.ts'
import type { Busy, Plan } from './plan.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the plan of this run is. */
    kedgePlan: string
  }
}

// Before any test puts others in their place.
const { setTimeout, clearTimeout, setImmediate } = globalThis
/** What Vitest is told was wrong, so that it tries the test again. */
const GO_ON = { name: 'GoOn', message: 'the next mutant' }
const LIMIT_MS = 120_000
/** More turns of its loops than these, and a hundred times those it takes without a fault, are a test that never ends. */
const MOST_TURNS = 200_000
/** Tests that take longer are not run a second time by the survey. */
const TWICE_MS = 3_000

/**
 * Vitest runs tests by this class where the source has switches in it (`withSwitches`): a test is tried again as often as there are
 * mutants for it, with hooks and fixtures, as Vitest tries again one that was red. One is made for each run; its thread ends with the run.
 */
export default class SwitchingRunner extends TestRunner {
  readonly #plan: Plan
  readonly #now: number
  readonly #seen: Uint8Array
  readonly #dead = new Set<number>()
  #goes: Goes | undefined
  #on = 0
  #go = { first: true, began: 0, isLate: false, strays: 0, turns: 0 }
  /** Of the loops in this test, when no fault is in the source. */
  #turns = 0
  #coldMs = 0
  #outside = new Uint8Array(0)
  #isStopped = false

  constructor(config: TestRunnerConfig) {
    super(config)
    this.#plan = JSON.parse(readFileSync(inject('kedgePlan'), 'utf8')) as Plan
    this.#now = openSync(this.#plan.now, 'w')
    const seen = (this.#seen = new Uint8Array(this.#plan.size))
    const kedgeIs = (id: number): boolean => {
      seen[id] = 1
      return id === this.#on
    }
    const kedgeTurn = (): void => {
      this.#go.turns += 1
      if (this.#on > 0 && this.#isEndless()) throw new Error('it never ends')
    }
    Object.assign(globalThis, { kedgeIs, kedgeTurn })
    // A fault need not be made small.
    fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })
    // An error that nobody waited for is the test's that runs.
    process.on('unhandledRejection', () => (this.#go.strays += 1))
    process.on('uncaughtException', () => (this.#go.strays += 1))
  }

  override importFile(path: string, source: Parameters<TestRunner['importFile']>[1]): unknown {
    return this.#isStopped ? undefined : super.importFile(path, source)
  }

  override onCollectStart(file: RunnerTestFile): void {
    super.onCollectStart(file)
    this.#say({ file: file.filepath, test: '', mutant: 0, limitMs: LIMIT_MS })
    if (!this.#plan.isSurvey) return
    // Each file loads everything itself: only so is it known what it reaches by loading.
    vi.resetModules()
    this.#outside = new Uint8Array(this.#plan.size)
    this.#seen.fill(0)
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test)
    if (test.mode !== 'run' && test.mode !== 'queued') return
    const mutants = this.#plan.tests[test.id]?.mutants.filter((mutant) => !this.#dead.has(mutant)) ?? []
    if (!this.#plan.isSurvey && !this.#isStopped && this.#plan.tests[test.id] && mutants.length === 0) this.#asked(test.id)
    if (this.#isStopped || (!this.#plan.isSurvey && mutants.length === 0)) {
      test.mode = 'skip'
      return
    }
    test.retry = Number.MAX_SAFE_INTEGER
    this.#goes = new Goes(mutants)
    this.#go.first = true
    this.#keepOutside()
  }

  override onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options)
    const mutant = this.#goes?.mutant ?? 0
    this.#say({ file: test.file.filepath, test: test.id, mutant, limitMs: this.#limit(test) })
    this.#go = { first: this.#go.first, began: performance.now(), isLate: false, strays: 0, turns: 0 }
    this.#on = mutant
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#go.isLate = true
      late.resolve()
    }, this.#limit(test))
    try {
      await Promise.race([TestRunner.getTestFn(test)(), late.promise])
    } catch (error) {
      // Nobody reads what a mutant's error shows of two large objects, and that takes longer than the test.
      throw this.#on > 0 && !isSkip(error) ? Object.assign(new Error('red'), { stack: '' }) : error
    } finally {
      clearTimeout(timer)
    }
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options)
    // By then an error that nobody waits for has been told.
    await new Promise((resolve) => setImmediate(resolve))
    this.#on = 0
    const ms = performance.now() - this.#go.began
    const { result } = test
    if (!result || result.state === 'skip') return
    const outcome = this.#outcome(result.state === 'fail')
    if (!this.#goes?.mutant) this.#turns = this.#go.turns
    const isOver = this.#plan.isSurvey ? this.#surveyed(test, outcome, ms) : this.#tried(test, outcome)
    this.#go.first = false
    result.attempts = []
    result.state = isOver ? 'pass' : 'fail'
    result.errors = isOver ? [] : [GO_ON]
  }

  #outcome(isRed: boolean): Outcome {
    if (this.#go.isLate) return 'late'
    if (this.#goes?.mutant && this.#isEndless()) return 'endless'
    return isRed ? 'red' : this.#go.strays > 0 ? 'stray' : 'green'
  }

  #isEndless(): boolean {
    return this.#go.turns > MOST_TURNS + 100 * this.#turns
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    if (this.#plan.isSurvey && 'filepath' in suite) {
      const path = String(suite.filepath)
      this.#keepOutside()
      const [error] = suite.result?.errors ?? []
      for (let times = 0; error && times < 2; times += 1) this.#write({ unfit: path, name: suite.name, why: error.message })
      this.#write({ loaded: path, reached: packed(this.#outside) })
    }
    await super.onAfterRunSuite(suite)
  }

  /** The first go says what is reached; the second, whether there can be one, and how long it takes when all is loaded. */
  #surveyed(test: RunnerTestCase, outcome: Outcome, ms: number): boolean {
    const { id, name, file } = test
    const path = file.filepath
    if (outcome === 'green' && this.#go.first && ms <= TWICE_MS) {
      this.#coldMs = ms
      return false
    }
    this.#write({ test: id, file: path, name, ms: this.#go.first ? ms : Math.min(ms, this.#coldMs), reached: packed(this.#seen) })
    // Everything was fresh: it gets no better.
    for (let times = 0; outcome !== 'green' && times < 2; times += 1) this.#unfit(test, outcome)
    this.#seen.fill(0)
    return true
  }

  #tried(test: RunnerTestCase, outcome: Outcome): boolean {
    const goes = this.#goes
    if (!goes) return true
    for (const finding of goes.ended(outcome)) this.#found(test, finding, outcome)
    return goes.isOver
  }

  #found(test: RunnerTestCase, finding: Finding, outcome: Outcome): void {
    const { id } = test
    if (finding.kind === 'asked') return this.#asked(id)
    if (finding.kind === 'killed' || finding.kind === 'timed out') {
      this.#dead.add(finding.mutant)
      return this.#write({ mutant: finding.mutant, fate: finding.kind, by: id })
    }
    if (finding.kind === 'doubtful') this.#write({ doubtful: finding.mutant, test: id })
    else if (finding.kind === 'unfit') this.#unfit(test, outcome)
    else this.#write({ spoilt: id })
    this.#isStopped = true
  }

  #unfit(test: RunnerTestCase, outcome: Outcome): void {
    const error = test.result?.errors?.findLast((one) => one.name !== GO_ON.name)
    const name = `${test.file.name}: ${test.name}`
    this.#write({ unfit: test.id, name, why: `${this.#go.first ? '' : 'run again: '}${error?.message ?? outcome}` })
  }

  /** What was reached since the last test ended, by loading or by `beforeAll`. */
  #keepOutside(): void {
    if (!this.#plan.isSurvey) return
    for (const [at, isSeen] of this.#seen.entries()) if (isSeen > 0) this.#outside[at] = 1
    this.#seen.fill(0)
  }

  #limit(test: RunnerTestCase): number {
    return this.#plan.tests[test.id]?.limitMs ?? LIMIT_MS
  }

  /** Whoever watches reads it, and ends the process when it stays the same for too long. */
  #say(busy: Omit<Busy, 'since'>): void {
    writeSync(this.#now, JSON.stringify({ ...busy, since: performance.now() } satisfies Busy).padEnd(300), 0)
  }

  #asked(test: string): void {
    this.#write({ asked: test, group: this.#plan.group })
  }

  #write(line: Line): void {
    write(this.#plan.diary, line)
  }
}

function isSkip(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'VITEST_PENDING'
}
