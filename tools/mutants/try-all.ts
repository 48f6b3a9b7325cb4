import { join, relative } from 'node:path'
import { ROOT } from './bench.ts'
import { read, write, type Fate } from './diary.ts'
import { judgesOf } from './judges.ts'
import { BANDS_MS, isUnfit, planBand, type Plan } from './plan.ts'
import type { Numbered } from './switches.ts'
import { Trial } from './trial.ts'
import type { Setting } from './worker.ts'

/** One run over all mutants, as far as its diary does not have it yet. */
export class TryAll implements Disposable {
  readonly #diary: string
  readonly #setting: Setting
  readonly #switching: Trial
  readonly #judging: Trial
  readonly #files: readonly string[]

  /** `diary`: a path; `files`: the test files, from the project's root. */
  constructor(diary: string, setting: Setting, files: readonly string[]) {
    this.#diary = diary
    this.#setting = setting
    this.#switching = new Trial(setting)
    this.#judging = new Trial(setting)
    this.#files = files
  }

  /** Runs every test once, where that was not done. @throws Error none of them can be used */
  async survey(): Promise<void> {
    for (;;) {
      const before = read(this.#diary)
      const files = this.#files.filter((file) => !before.loaded.has(join(ROOT, file)) && !isUnfit(before, join(ROOT, file)))
      if (files.length === 0) break
      const stuck = await this.#switching.run(this.#plan({ isSurvey: true, group: 0, tests: {} }), files)
      const line = { unfit: stuck?.file ?? '', name: stuck?.file ?? '', why: 'it never ends' }
      if (stuck) write(this.#diary, line, line)
      else if (read(this.#diary).lines === before.lines) throw new Error(`not run: ${files.join(', ')}`)
    }
    const diary = read(this.#diary)
    if (diary.tests.size === 0) throw new Error('no test was run')
    const unfit = [...diary.unfit].filter(([id]) => isUnfit(diary, id))
    console.error(`${time()} ${diary.tests.size} tests, of which ${unfit.length} are not asked:`)
    for (const [, { name, why }] of unfit) console.error(`    ${name}: ${why.split('\n')[0]}`)
  }

  /** Tries these mutants as switches. `number`: which of the groups they are. */
  async try(group: readonly Numbered[], number: number): Promise<void> {
    for (const upToMs of BANDS_MS) await this.#askBand(group, number, upToMs)
  }

  async #askBand(group: readonly Numbered[], number: number, upToMs: number): Promise<void> {
    for (;;) {
      const before = read(this.#diary)
      const alive = group.filter(({ id }) => !before.fates.has(id)).map(({ id }) => id)
      const { tests, files } = planBand(before, { group: number, wanted: alive, upToMs })
      if (files.length === 0) return
      const asked = `${Object.keys(tests).length} tests of up to ${upToMs} ms in ${files.length} files`
      console.error(`${time()} ${asked} for ${alive.length} of ${group.length} mutants`)
      const stuck = await this.#switching.run(
        this.#plan({ isSurvey: false, group: number, tests }),
        files.map((file) => relative(ROOT, file)),
      )
      if (stuck && stuck.mutant > 0) write(this.#diary, { mutant: stuck.mutant, fate: 'timed out', by: stuck.test })
      else if (stuck) write(this.#diary, { unfit: stuck.test || stuck.file, name: stuck.file, why: 'it never ends' })
      // A test that was not found where the survey found it.
      if (read(this.#diary).lines === before.lines) {
        for (const id of Object.keys(tests)) write(this.#diary, { asked: id, group: number })
      }
    }
  }

  /** Tries those that have lived once more, in the old way: so it is seen what only holds while loading, or what a test had left behind. */
  async judge(group: readonly Numbered[]): Promise<void> {
    const diary = read(this.#diary)
    const alive = group.filter(({ id }) => !diary.fates.has(id))
    console.error(`${time()} ${alive.length} of ${group.length} have lived; each once more with fresh modules`)
    for (const { id, mutant } of alive) {
      const files = judgesOf(diary, id, mutant.file)
      const fate: Fate = files.length === 0 ? 'not run' : await this.#judging.judge(mutant, files)
      write(this.#diary, { mutant: id, fate, by: 'fresh modules' })
    }
  }

  #plan(rest: Pick<Plan, 'isSurvey' | 'group' | 'tests'>): Plan {
    const { folder, mutants } = this.#setting
    return { diary: this.#diary, now: join(folder, 'now'), size: Math.max(0, ...mutants.map(({ id }) => id)) + 1, ...rest }
  }

  [Symbol.dispose](): void {
    this.#switching[Symbol.dispose]()
    this.#judging[Symbol.dispose]()
  }
}

function time(): string {
  return new Date().toTimeString().slice(0, 8)
}
