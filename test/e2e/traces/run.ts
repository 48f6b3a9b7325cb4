import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories } from '../../../src/adapters/git/repositories.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { REPO } from '../../simulation/application.ts'
import { buildTools, type Tools } from '../control-plane/build.ts'
import { judge, OTHER, type Verdict } from './judge.ts'
import type { Files, Layout } from './layout.ts'
import { HELM_GO_LAYOUTS, KUSTOMIZE_GO_LAYOUTS } from './layouts/as-go-reads.ts'
import { DIRECTORY_LAYOUTS } from './layouts/directory.ts'
import { HELM_CORNER_LAYOUTS } from './layouts/helm-corners.ts'
import { HELM_DEPENDENCY_LAYOUTS } from './layouts/helm-depends.ts'
import { HELM_FILE_LAYOUTS } from './layouts/helm-files.ts'
import { HELM_MORE_LAYOUTS } from './layouts/helm-more.ts'
import { HELM_LAYOUTS } from './layouts/helm.ts'
import { JSONNET_MORE_LAYOUTS } from './layouts/jsonnet-more.ts'
import { JSONNET_LAYOUTS } from './layouts/jsonnet.ts'
import { KUSTOMIZE_COMPONENT_LAYOUTS } from './layouts/kustomize-components.ts'
import { KUSTOMIZE_CORNER_LAYOUTS } from './layouts/kustomize-corners.ts'
import { KUSTOMIZE_MORE_LAYOUTS } from './layouts/kustomize-more.ts'
import { KUSTOMIZE_PLUGIN_LAYOUTS } from './layouts/kustomize-plugins.ts'
import { KUSTOMIZE_LAYOUTS } from './layouts/kustomize.ts'
import { startTracedRepoServer } from './repo-server.ts'

const LAYOUTS: Readonly<Record<string, readonly Layout[]>> = {
  Helm: [
    ...HELM_LAYOUTS,
    ...HELM_DEPENDENCY_LAYOUTS,
    ...HELM_FILE_LAYOUTS,
    ...HELM_CORNER_LAYOUTS,
    ...HELM_MORE_LAYOUTS,
    ...HELM_GO_LAYOUTS,
  ],
  Kustomize: [
    ...KUSTOMIZE_LAYOUTS,
    ...KUSTOMIZE_COMPONENT_LAYOUTS,
    ...KUSTOMIZE_PLUGIN_LAYOUTS,
    ...KUSTOMIZE_CORNER_LAYOUTS,
    ...KUSTOMIZE_MORE_LAYOUTS,
    ...KUSTOMIZE_GO_LAYOUTS,
  ],
  'plain folders': [...DIRECTORY_LAYOUTS, ...JSONNET_LAYOUTS, ...JSONNET_MORE_LAYOUTS],
}
const OUTCOMES = ['equal', 'not known', 'wrong'] as const

/** Each with a repository, a mirror and a repo server of its own: they do not see each other. */
const WORKERS = Math.max(1, Math.min(3, availableParallelism()))

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

/** What is called by name, how it is asked whether it works here, and what is missing where it does not. */
const NEEDED = [
  { command: 'go', args: ['version'], missing: 'go is not on the PATH' },
  { command: 'redis-server', args: ['--version'], missing: 'redis-server is not on the PATH' },
  { command: 'strace', args: ['--version'], missing: 'strace is not on the PATH' },
  { command: 'strace', args: ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true'], missing: 'strace may not trace here' },
] as const

function missingHere(): string | undefined {
  return NEEDED.find(({ command, args }) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0)?.missing
}

type Case = readonly [tool: string, layout: Layout]

/** @returns whether nothing is wrong */
async function run(words: readonly string[]): Promise<boolean> {
  // No layout is on a forge: Gitea's six minutes of building are for the scenarios that have it.
  const tools = await buildTools(tell, ['gitea'])
  const startedAt = performance.now()
  const cases = Object.entries(LAYOUTS)
    .flatMap(([tool, layouts]) => layouts.map((layout): Case => [tool, layout]))
    .filter(([tool, { name }]) => words.every((word) => `${tool}: ${name}`.includes(word)))
  if (cases.length === 0) tell(`there is no layout of the words ${words.join(' ')}`)
  const shares = Array.from({ length: WORKERS }, (_, worker) => cases.filter((__, index) => index % WORKERS === worker))
  const verdicts = (await Promise.all(shares.filter((share) => share.length > 0).map((share) => judgeAll(tools, share)))).flat()
  const rows = Object.keys(LAYOUTS).map((tool) => [tool, verdicts.filter((one) => one.tool === tool)] as const)
  tell(table([...rows, ['all', verdicts]]))
  tell(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
  return cases.length > 0 && verdicts.every(({ outcome }) => outcome !== 'wrong')
}

async function judgeAll(tools: Tools, cases: readonly Case[]): Promise<readonly (Verdict & { tool: string })[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-traces-'))
  const verdicts: (Verdict & { tool: string })[] = []
  try {
    await using origin = await createOrigin()
    await using second = await createOrigin()
    await using server = await startTracedRepoServer(tools, folder)
    const repositories = createGitRepositories({
      root: join(folder, 'mirrors'),
      allow: () => true,
      credentialsFor: async () => undefined,
      urlFor: (url) => (url === OTHER ? second.dir : origin.dir),
      allowFileProtocol: true,
      timeoutMs: 60_000,
    })
    const heads = cases.map(([, { files }]) => commitAlone(origin, files))
    const repository = await repositories.open(REPO)
    await repository.fetch('main')
    const elsewhere = await repositories.open(OTHER)
    const other = {
      origin: second,
      repository: elsewhere,
      async head(files: Files) {
        const at = commitAlone(second, files)
        await elsewhere.fetch('main')
        return at
      },
    }
    for (const [index, [tool, layout]] of cases.entries()) {
      const head = heads[index]
      if (head === undefined) break
      const verdict = await judge({ origin, repository, other, server }, layout, head)
      verdicts.push({ ...verdict, tool })
      for (const fault of verdict.faults) tell(`WRONG ${tool}: ${layout.name}: ${fault}`)
    }
    return verdicts
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One after the other on one branch, which is fetched once: each in a commit that holds nothing else, and changes all of it. */
function commitAlone(origin: Origin, files: Files): CommitSha {
  const head = origin.commit(files)
  origin.commit(Object.fromEntries(Object.keys(files).map((file) => [file, null])))
  return head
}

function table(rows: readonly (readonly [string, readonly Verdict[]])[]): string {
  const lines = [['tool', 'layouts', ...OUTCOMES, 'opened', 'idle', 'read besides']]
  for (const [tool, verdicts] of rows) {
    const sum = (of: (verdict: Verdict) => number): string => String(verdicts.reduce((total, verdict) => total + of(verdict), 0))
    const outcomes = OUTCOMES.map((outcome) => sum((verdict) => (verdict.outcome === outcome ? 1 : 0)))
    lines.push([
      tool,
      String(verdicts.length),
      ...outcomes,
      sum(({ opened }) => opened),
      sum(({ idle }) => idle),
      sum(({ besides }) => besides),
    ])
  }
  return lines
    .map((line) =>
      line
        .map((cell) => cell.padEnd(14))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

const missing = missingHere()
if (missing !== undefined) tell(`SKIPPED: what Argo CD, Helm and Kustomize open (${missing})`)
else process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1
