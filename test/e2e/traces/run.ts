import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories } from '../../../src/adapters/git/repositories.ts'
import { createOrigin } from '../../contract/git/origin.ts'
import { REPO } from '../../simulation/application.ts'
import { buildTools } from '../control-plane/build.ts'
import { judge, type Verdict } from './judge.ts'
import type { Layout } from './layout.ts'
import { DIRECTORY_LAYOUTS } from './layouts/directory.ts'
import { HELM_FILE_LAYOUTS } from './layouts/helm-files.ts'
import { HELM_LAYOUTS } from './layouts/helm.ts'
import { JSONNET_LAYOUTS } from './layouts/jsonnet.ts'
import { KUSTOMIZE_PLUGIN_LAYOUTS } from './layouts/kustomize-plugins.ts'
import { KUSTOMIZE_LAYOUTS } from './layouts/kustomize.ts'
import { startTracedRepoServer } from './repo-server.ts'

const LAYOUTS: Readonly<Record<string, readonly Layout[]>> = {
  Helm: [...HELM_LAYOUTS, ...HELM_FILE_LAYOUTS],
  Kustomize: [...KUSTOMIZE_LAYOUTS, ...KUSTOMIZE_PLUGIN_LAYOUTS],
  'plain folders': [...DIRECTORY_LAYOUTS, ...JSONNET_LAYOUTS],
}
const OUTCOMES = ['equal', 'not known', 'wrong'] as const

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

/** @returns whether nothing is wrong */
async function run(words: readonly string[]): Promise<boolean> {
  const tools = await buildTools(tell)
  const folder = await mkdtemp(join(tmpdir(), 'kedge-traces-'))
  const startedAt = performance.now()
  try {
    await using origin = await createOrigin()
    await using server = await startTracedRepoServer(tools, folder)
    const repositories = createGitRepositories({
      root: join(folder, 'mirrors'),
      allow: () => true,
      credentialsFor: async () => undefined,
      urlFor: () => origin.dir,
      allowFileProtocol: true,
      timeoutMs: 60_000,
    })
    const repository = await repositories.open(REPO)
    const rows: (readonly [string, readonly Verdict[]])[] = []
    for (const [tool, layouts] of Object.entries(LAYOUTS)) {
      const verdicts: Verdict[] = []
      for (const layout of layouts) {
        if (!words.every((word) => `${tool}: ${layout.name}`.includes(word))) continue
        const verdict = await judge({ origin, repository, server }, layout)
        verdicts.push(verdict)
        for (const fault of verdict.faults) tell(`WRONG ${tool}: ${layout.name}: ${fault}`)
      }
      rows.push([tool, verdicts])
    }
    tell(table([...rows, ['all', rows.flatMap(([, verdicts]) => verdicts)]]))
    tell(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
    return rows.every(([, verdicts]) => verdicts.every(({ outcome }) => outcome !== 'wrong'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
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

process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1
