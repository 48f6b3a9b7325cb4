import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification, type TestUserConfig } from 'vitest/node'
import { keepTemporaryFilesInMemory } from './in-memory.ts'

keepTemporaryFilesInMemory()

/** The files that take longest, by far: begun last, one of them would run on alone. In the order in which they are begun. */
const LONGEST = [
  'simulation/replay',
  'e2e/crash',
  'e2e/demo-story',
  'e2e/outage',
  'e2e/demo-once',
  'ui/browser/pages',
  'ui/fleet/fleet',
  'service/announce-forges',
  'service/quarantine-forges',
  'e2e/blue-green-story',
  'simulation/forge-limits',
  'adapters/git/over-file',
  'adapters/git/over-http',
  'simulation/crash',
  'histories/histories',
  'adapters/ledgers/postgres/pgbouncer-shared',
  'adapters/ledgers/postgres/leadership',
  'adapters/ledgers/postgres/standby',
  'lua/health-lua',
  'simulation/never-loops',
  'adapters/kubernetes/reflector',
  'simulation/bench-recordings',
  'simulation/several-clusters',
  'simulation/second-look',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
      return found < 0 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/**
 * Tests that change nothing of the process they are in: their files share processes, so that what they import is loaded and compiled some
 * three times and not two hundred. All others get a process each: those that start Kedge, or end with what they started.
 */
const SHARING = [
  '{answered,docs}.test.ts',
  '{api,bench,chart,config,contract/{git,hours},demo,doctor,domain,histories,http,image,options,ports,reconcile,service}/**',
  '{simulation,simulator,ui}/**',
  'adapters/{alerts,channels,forges,git,kubernetes,memory,otlp,registries,renderers,replay,signing,system}/**',
  'adapters/ledgers/{chain,memory,sqlite}/**',
  'cli/terminal/**',
  // Commands that are run in here; those that are started as processes have one each.
  'cli/!(closed-pipe|completion|serve*|signed-ledger-docs).test.ts',
].map((files) => (files.endsWith('.ts') ? files : `${files}/*.test.ts`))

/**
 * Of those, the ones that start hundreds of processes have one each after all: a fork from one that has grown to half a gigabyte costs five
 * times as much.
 */
const FORKING = ['adapters/git/*', 'adapters/forges/*/simulator', 'adapters/renderers/argocd/contract']
  .concat(['adapters/ledgers/sqlite/{checkpoint,crash}', 'histories/git/memory-repository', 'reconcile/inputs/hostile'])
  .concat(['service/{commits-by-forge,git-doors}', 'simulation/commits-by-forge', 'simulator/{github-pulls,recordings}'])
  .map((file) => `${file}.test.ts`)

/** Tests that need a PostgreSQL: one is started for all of them, where there can be one. */
const ON_POSTGRES = ['adapters/ledgers/postgres/*.test.ts']
const START_POSTGRES = new URL('./postgres/setup.ts', import.meta.url).pathname

/** Tests that start `kedge` as a process: it is made one file first, in a second or two. */
const STARTING = ['e2e/{crash,outage}', 'cli/{closed-pipe,serve,serve-bad-input}'].map((files) => `${files}.test.ts`)

/** Makes that one file. */
export const BUNDLED = new URL('kedge-bundle.ts', import.meta.url).pathname

/** What holds for every test, wherever it runs. */
export const everywhere = {
  root: new URL('.', import.meta.url).pathname,
  include: ['**/*.test.ts'],
  // Nothing that a test makes Kedge write may hold a secret.
  setupFiles: ['./planted-secrets.ts'],
  exclude: ['e2e/control-plane/**', 'node_modules/**'],
  // Tests wait for git, sockets, child processes and the seconds of a story most of their time: so many files keep two cores busy.
  maxWorkers: 3,
  // Tests of one file that are run at once are stories, which wait for their own seconds nearly all the time.
  maxConcurrency: 6,
  sequence: { sequencer: LongestFirst },
  // What a test puts into the environment or in place of a function is gone before the next one, which may be of another file.
  unstubEnvs: true,
  restoreMocks: true,
  testTimeout: 120_000,
  hookTimeout: 60_000,
  // Hermetic: no test sees the machine's git configuration, time zone or terminal.
  env: {
    TZ: 'UTC',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    NO_COLOR: '1',
    // `kedge` is started as a process of its own some fifty times: it need not be compiled each time.
    NODE_COMPILE_CACHE: new URL('../node_modules/.cache/kedge-tests', import.meta.url).pathname,
  },
} satisfies TestUserConfig

export default defineConfig({
  test: {
    ...everywhere,
    // Young objects get more room than by default: a tenth of all work was clearing them away. For processes; threads refuse it.
    execArgv: ['--max-semi-space-size=64'],
    // A project adds to the lists of the whole.
    include: [],
    projects: [
      { extends: true, test: { name: 'starting', include: STARTING, globalSetup: BUNDLED } },
      { extends: true, test: { name: 'alone', include: everywhere.include, exclude: [...SHARING, ...STARTING, ...ON_POSTGRES] } },
      { extends: true, test: { name: 'forking', include: FORKING } },
      { extends: true, test: { name: 'sharing', include: SHARING, exclude: FORKING, isolate: false } },
      { extends: true, test: { name: 'postgres', include: ON_POSTGRES, isolate: false, globalSetup: [START_POSTGRES] } },
    ],
  },
})
