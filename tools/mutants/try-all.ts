import { join, relative } from 'node:path'
import { ROOT } from './bench.ts'
import { read, write, type Diary, type Fate } from './diary.ts'
import { BANDS_MS, isUnfit, planBand, type Plan } from './plan.ts'
import type { Numbered } from './switches.ts'
import { Trial } from './trial.ts'
import type { Setting } from './worker.ts'

/** So many test files are asked once more, with every module anew, about a mutant that none has noticed: the nearest ones. */
const JUDGES = 4
/** Files that take longer do not judge. */
const JUDGE_MS = 5_000

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
      const stuck = await this.#switching.run(this.#plan({ isSurvey: true, tests: {} }), files)
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

  /** Tries these mutants as switches. */
  async try(group: readonly Numbered[]): Promise<void> {
    for (const upToMs of BANDS_MS) await this.#askBand(group, upToMs)
  }

  async #askBand(group: readonly Numbered[], upToMs: number): Promise<void> {
    for (;;) {
      const before = read(this.#diary)
      const alive = group.filter(({ id }) => !before.fates.has(id)).map(({ id }) => id)
      const { tests, files } = planBand(before, alive, upToMs)
      if (files.length === 0) return
      const asked = `${Object.keys(tests).length} tests of up to ${upToMs} ms in ${files.length} files`
      console.error(`${time()} ${asked} for ${alive.length} of ${group.length} mutants`)
      const stuck = await this.#switching.run(
        this.#plan({ isSurvey: false, tests }),
        files.map((file) => relative(ROOT, file)),
      )
      if (stuck && stuck.mutant > 0) write(this.#diary, { mutant: stuck.mutant, fate: 'timed out', by: stuck.test })
      else if (stuck) write(this.#diary, { unfit: stuck.test || stuck.file, name: stuck.file, why: 'it never ends' })
      // A test that was not found where the survey found it.
      if (read(this.#diary).lines === before.lines) {
        for (const id of Object.keys(tests)) write(this.#diary, { asked: id })
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

  #plan(rest: Pick<Plan, 'isSurvey' | 'tests'>): Plan {
    const { folder, mutants } = this.#setting
    return { diary: this.#diary, now: join(folder, 'now'), size: Math.max(0, ...mutants.map(({ id }) => id)) + 1, ...rest }
  }

  [Symbol.dispose](): void {
    this.#switching[Symbol.dispose]()
    this.#judging[Symbol.dispose]()
  }
}

/** The test files that reach the mutant, from the project's root: its own first, then its folder's, then the short ones. */
function judgesOf(diary: Diary, id: number, source: string): readonly string[] {
  const ms = new Map<string, number>()
  for (const test of diary.tests.values()) ms.set(test.file, (ms.get(test.file) ?? 0) + test.ms)
  const reaching = new Set([
    ...[...diary.tests.values()].filter(({ reached }) => reached.has(id)).map(({ file }) => file),
    ...[...diary.loaded].filter(([, reached]) => reached.has(id)).map(([file]) => file),
  ])
  const own = source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
  const folder = own.slice(0, own.lastIndexOf('/') + 1)
  const rank = (file: string): number => (file === own ? 0 : file.startsWith(folder) ? 1 : 2)
  const all = [...reaching]
    .map((path) => ({ file: relative(ROOT, path), ms: ms.get(path) ?? 0 }))
    .toSorted((a, b) => rank(a.file) - rank(b.file) || a.ms - b.ms)
  const short = all.filter((one) => one.ms <= JUDGE_MS)
  return (short.length > 0 ? short : all).slice(0, JUDGES).map(({ file }) => file)
}

function time(): string {
  return new Date().toTimeString().slice(0, 8)
}
