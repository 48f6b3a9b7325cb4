import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createVitest, type Vitest, type TestModule, type TestSpecification } from 'vitest/node'
import { BUNDLED, everywhere } from '../../test/vitest.config.ts'
import { apply, instrument, type Mutant } from './find.ts'

export const ROOT = new URL('../..', import.meta.url).pathname
const HITS = join(ROOT, 'tools/mutants/hits.ts')

/** One test file: how long it takes, and which functions it runs. */
export interface TestFile {
  path: string
  ms: number
  ran: ReadonlySet<string>
}

/** A Vitest that shows its tests one source file other than it is on the disk. Nothing on the disk is ever changed. */
export interface Bench extends AsyncDisposable {
  /** Runs the test files until the first fault. @returns whether there was one */
  isNoticed(mutant: Mutant, tests: readonly string[]): Promise<boolean>
  /** Runs everything once, with marks in the files. @throws Error a test is red before anything was changed */
  survey(files: readonly string[]): Promise<readonly TestFile[]>
}

/** Vitest as a library, in whose files a text may take another's place. */
function openVitest(folder: string, rewrite: (path: string, source: string) => string | undefined): Promise<Vitest> {
  return createVitest(
    'test',
    {
      ...everywhere,
      // The options of every test without its projects: each mutant needs modules that nobody has loaded.
      config: false,
      watch: true,
      reporters: [],
      maxWorkers: 1,
      bail: 1,
      setupFiles: [...everywhere.setupFiles, HITS],
      globalSetup: BUNDLED,
      fsModuleCache: false,
      provide: { kedgeHits: folder },
      pool: 'threads',
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
}

/** See {@link Bench}. `folder`: where the survey writes; `tests`: paths below test/ to choose from, as Vitest filters them. */
export async function createBench(folder: string, tests: readonly string[]): Promise<Bench> {
  let rewritten: ((path: string, source: string) => string | undefined) | undefined
  const vitest = await openVitest(folder, (path, source) => rewritten?.(path, source))
  await vitest.standalone()
  const specifications = await vitest.globTestSpecifications([...tests])
  const byPath = new Map(specifications.map((one) => [relative(ROOT, one.moduleId), one]))

  async function run(wanted: readonly TestSpecification[]): Promise<boolean> {
    const { testModules, unhandledErrors } = await vitest.rerunTestSpecifications([...wanted])
    return unhandledErrors.length > 0 || testModules.some((module) => !module.ok())
  }

  return {
    async isNoticed(mutant, wanted) {
      const path = join(ROOT, mutant.file)
      rewritten = (id, source) => (id === path ? apply(source, mutant) : undefined)
      vitest.invalidateFile(path)
      try {
        return await run(wanted.flatMap((one) => byPath.get(one) ?? []))
      } finally {
        rewritten = undefined
        vitest.invalidateFile(path)
      }
    },
    async survey(files) {
      const marked = new Map(files.map((file) => [join(ROOT, file), file]))
      rewritten = (id, source) => {
        const file = marked.get(id)
        return file === undefined ? undefined : instrument(file, source)
      }
      if (await run(specifications)) {
        throw new Error(`red before anything was changed:\n${redOf(vitest.state.getTestModules()).join('\n')}`)
      }
      rewritten = undefined
      for (const path of marked.keys()) vitest.invalidateFile(path)
      return readHits(folder)
    },
    [Symbol.asyncDispose]: () => vitest.close(),
  }
}

function redOf(modules: readonly TestModule[]): readonly string[] {
  return modules
    .filter((module) => !module.ok())
    .map((module) => {
      const [test] = module.children.allTests('failed')
      const [error] = [...module.errors(), ...(test?.result().errors ?? [])]
      return `${relative(ROOT, module.moduleId)}: ${test?.fullName ?? ''}: ${error?.message ?? 'no test was run'}`
    })
}

function readHits(folder: string): readonly TestFile[] {
  return readdirSync(folder).map((name) => {
    const { path, ms, ran } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { path: string; ms: number; ran: string[] }
    return { path: relative(ROOT, path), ms, ran: new Set(ran) }
  })
}
