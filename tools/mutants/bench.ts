import { rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { BaseSequencer, createVitest, type TestSpecification, type TestUserConfig, type Vitest } from 'vitest/node'
import { BUNDLED, everywhere } from '../../test/vitest.config.ts'
import { apply, type Mutant } from './find.ts'
import type { Plan } from './plan.ts'
import { withSwitches, type Numbered } from './switches.ts'

export const ROOT = new URL('../..', import.meta.url).pathname
const RUNNER = join(ROOT, 'tools/mutants/runner.ts')

/** So often tests are begun that Vitest could not run. */
const RUNS = 3

/** A Vitest that shows its tests source files other than they are on the disk. Nothing on the disk is ever changed. */
interface Bench {
  vitest: Vitest
  /** Runs these test files. @returns whether there was a fault */
  run: (tests: readonly string[]) => Promise<boolean>
}

/** The files of one run stay in the order in which they were named. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files
  }
}

/** Vitest as a library, in whose files a text may take another's place. `tests`: paths below test/, as Vitest filters them. */
async function openBench(
  tests: readonly string[],
  options: TestUserConfig,
  rewrite: (path: string, source: string) => string | undefined,
): Promise<Bench> {
  const vitest = await createVitest(
    'test',
    {
      ...everywhere,
      // The options of every test without its projects.
      config: false,
      watch: true,
      reporters: [],
      maxWorkers: 1,
      globalSetup: BUNDLED,
      fsModuleCache: false,
      pool: 'threads',
      ...options,
    },
    {
      plugins: [
        {
          name: 'kedge-mutants',
          enforce: 'pre',
          transform(source: string, id: string) {
            return rewrite(id.split('?')[0] ?? id, source)
          },
        },
      ],
    },
  )
  await vitest.standalone()
  const specifications = await vitest.globTestSpecifications([...tests])
  const byPath = new Map(specifications.map((one) => [relative(ROOT, one.moduleId), one]))
  return {
    vitest,
    run: async (wanted) => {
      const asked = wanted.flatMap((one) => byPath.get(one) ?? [])
      const ids = new Set(asked.map(({ moduleId }) => moduleId))
      for (let times = 1; ; times += 1) {
        // Vitest keeps errors and files for good: what an earlier mutant did would be every later one's, too.
        vitest.state.clearErrors()
        const { testModules, unhandledErrors } = await vitest.rerunTestSpecifications(asked)
        const isRed = testModules.some((module) => ids.has(module.moduleId) && !module.ok())
        // On a busy machine a thread may not start in time: that is no fault of a mutant.
        if (!unhandledErrors.some(isOfVitest)) return unhandledErrors.length > 0 || isRed
        if (times === RUNS) throw new Error('Vitest could not run the tests')
      }
    },
  }
}

function isOfVitest(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error && String(error.message).startsWith('[vitest-')
}

/** One mutant at a time, in modules that nobody has loaded: what it says holds. @returns whether the test files notice it */
export async function openJudge(tests: readonly string[]): Promise<(mutant: Mutant, wanted: readonly string[]) => Promise<boolean>> {
  let on: Mutant | undefined
  const { vitest, run } = await openBench(tests, { bail: 1 }, (path, source) =>
    on && path === join(ROOT, on.file) ? apply(source, on) : undefined,
  )
  return async (mutant, wanted) => {
    const path = join(ROOT, mutant.file)
    on = mutant
    vitest.invalidateFile(path)
    try {
      return await run(wanted)
    } finally {
      on = undefined
      vitest.invalidateFile(path)
    }
  }
}

/** All mutants at once as switches, and a runner that does with them what the plan says. It answers in the plan's diary. */
export async function openSwitchboard(
  tests: readonly string[],
  mutants: readonly Numbered[],
  folder: string,
): Promise<(plan: Plan, wanted: readonly string[]) => Promise<void>> {
  const byPath = Map.groupBy(mutants, ({ mutant }) => join(ROOT, mutant.file))
  const kedgePlan = join(folder, 'plan.json')
  const { run } = await openBench(
    tests,
    // One thread gets all files, and one go at a time: concurrent tests would see each other's mutants.
    { isolate: false, maxConcurrency: 1, runner: RUNNER, sequence: { sequencer: AsNamed }, provide: { kedgePlan } },
    (path, source) => {
      const own = byPath.get(path)
      return own && withSwitches(source, own)
    },
  )
  return async (plan, wanted) => {
    writeFileSync(kedgePlan, JSON.stringify(plan))
    await run(wanted)
    rmSync(kedgePlan)
  }
}
