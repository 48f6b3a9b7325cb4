import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { recordRenderings, type RenderedLine } from '../../src/adapters/kubernetes/record/record-renderings.ts'
import type { RecordedLine } from '../../src/adapters/kubernetes/record/recorder.ts'
import { createArgocdRenderer } from '../../src/adapters/renderers/argocd/renderer.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import type { ServingState } from '../../src/domain/rollout/serving.ts'
import { summarise, type ReplayResult } from '../../src/replay-result.ts'
import { replay } from '../../src/replay.ts'
import type { Argocd } from './argocd-access.ts'
import { isInStorms } from './kedge.ts'
import type { Play } from './play.ts'
import type { Place, Stage } from './stage.ts'

const run = promisify(execFile)

/**
 * Writes what the API server told of one scenario, in the form that `kedge replay` reads: as `kedge record --config` does, with what was
 * rendered and hashed values, where Argo CD can be asked and `whole` objects are not wanted.
 */
export async function writeRecording(folder: string, play: Play, { whole }: { whole: boolean }): Promise<string> {
  const { stage, name, startedAt } = play
  const dir = join(folder, name)
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const seconds = (at: number): number => Math.round(at - startedAt) / 1_000
  const lines = stage.observer.events
    .filter(
      ({ object: { kind, metadata }, at }) => at >= startedAt && (kind === 'Application' ? metadata.name : metadata.namespace) === name,
    )
    .map(({ at, type, object }) => ({ t: seconds(at), type, object: { ...object } }))
  const written = stage.argocd && !whole ? await withRenderings(dir, lines, stage.argocd) : lines
  await writeFile(join(dir, 'events.jsonl'), asLines(written))
  const commits = await Promise.all(
    play.landed.map(async ({ at, sha, message, place }) => ({
      t: seconds(at),
      sha,
      message,
      tree: await git(place, 'rev-parse', `${sha}^{tree}`),
    })),
  )
  const steps = play.steps.map(({ at, what }) => ({ t: seconds(at), what }))
  const meta = { scenario: name, versions: stage.cluster.versions, startedAt: startedAt / 1_000, steps, commits }
  await writeFile(join(dir, 'meta.json'), `${JSON.stringify(meta, undefined, 1)}\n`)
  const logs = await Promise.all(
    [stage.gitops, stage.values].map((place) => git(place, 'log', '--format=%H %P|%an|%s', '--exclude=kedge/*', '--branches', '--', name)),
  )
  await writeFile(
    join(dir, 'git-log.txt'),
    logs
      .filter((log) => log !== '')
      .map((log) => `${log}\n`)
      .join(''),
  )
  return dir
}

/** Asks what was synced to be rendered, and writes that down, unless the Application is gone. @returns the lines without their values */
async function withRenderings(dir: string, lines: readonly RecordedLine[], { url, kedgeToken }: Argocd): Promise<readonly RecordedLine[]> {
  await using renderer = createArgocdRenderer({ url, token: () => kedgeToken })
  const rendered: RenderedLine[] = []
  const recorder = recordRenderings({ renderer, write: (line) => rendered.push(line) })
  const hidden = lines.map((line) => recorder.take(line))
  const { count, because } = await recorder.finish()
  // Of an Application that was deleted nothing can be asked any more.
  if (count > 0 && because.includes('HTTP 404')) return lines
  if (count > 0) throw new Error(`${count} renderings are missing: ${because}`)
  await writeFile(join(dir, 'renderings.jsonl'), asLines(rendered))
  return hidden
}

const asLines = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

/** Every branch of both repositories, once the scenarios are over; without Kedge's own. */
export async function writeBundle(folder: string, stage: Stage): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const both = await mkdtemp(join(tmpdir(), 'kedge-bundle-'))
  stack.defer(() => rm(both, { recursive: true, force: true }))
  await run('git', ['init', '--quiet', '--bare', both])
  for (const { repository } of [stage.gitops, stage.values]) {
    await run('git', ['-C', both, 'fetch', '--quiet', repository.git.directory, 'refs/heads/*:refs/heads/*', '^refs/heads/kedge/*'])
  }
  await run('git', ['-C', both, 'bundle', 'create', '--quiet', join(folder, 'gitops.bundle'), '--branches'])
}

async function git({ repository }: Place, ...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', repository.git.directory, ...args])).stdout.trim()
}

/** What Kedge has in its ledger about one scenario, in the words of a replay. */
export async function readLive(play: Play): Promise<ReplayResult> {
  const { stage, name, startedAt } = play
  const kedge = stage.kedge()
  const answer = await fetch(`${kedge.apiUrl}/api/v1/rollouts?limit=500`)
  const { items } = (await answer.json()) as { items: { namespace: string; name: string; serving: ServingState }[] }
  const states = new Map(
    items.filter((one) => one.namespace === name).map((one): [string, ServingState] => [`${one.namespace}/${one.name}`, one.serving]),
  )
  const all = await kedge.readLedger((store) => summarise({ store, startedAt, states }))
  const ours = new Set(play.landed.map(({ sha }) => sha))
  return {
    ...all,
    failedReleases: all.failedReleases.filter(({ rollout }) => rollout.startsWith(`${name}/`)),
    revertPrs: all.revertPrs.filter(({ culprits }) => culprits.some((sha) => ours.has(sha))),
  }
}

/** What live and replay must agree on. */
export function essence({ failedReleases, revertPrs, end }: ReplayResult, { withProof } = { withProof: false }): Record<string, unknown> {
  return {
    // Two that fail in the same moment have no order, and neither have two at the end.
    failedReleases: failedReleases
      .toSorted((a, b) => (a.rollout < b.rollout ? -1 : a.rollout > b.rollout ? 1 : 0))
      .map(({ rollout, podTemplateHash, revision, goodRevision, cause, outcome, attempts, recurrence }) => ({
        rollout,
        podTemplateHash,
        revision,
        goodRevision,
        cause,
        outcome,
        attempts,
        recurrence,
      })),
    // In a replay nobody merges the PR; there, Git asks for N again by itself.
    revertPrs: revertPrs.map(({ culprits, cause, closed, proof }) => ({
      culprits,
      cause,
      closed: closed === 'merged' ? 'restored' : closed,
      ...(withProof && { proof }),
    })),
    end: Object.fromEntries(Object.entries(end).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** By what a revert was proven is known of a recording that holds what was rendered. */
export const proofIn = (dir: string): { withProof: boolean } => ({ withProof: existsSync(join(dir, 'renderings.jsonl')) })

/** Writes what Kedge did live beside the recording, replays it, and says how the two differ; nothing when they do not. */
export async function compareWithReplay(dir: string, live: ReplayResult): Promise<string | undefined> {
  const policyFor = (): Policy => ({ ...DEFAULT_POLICY, mode: 'pr', inStorms: isInStorms(basename(dir)) })
  const again = await replay({ dir, policy: { policyFor, allowsRepository: () => true } })
  const replayed = essence(again, proofIn(dir))
  const expected = essence(live, proofIn(dir))
  await writeFile(join(dir, 'expected.json'), `${JSON.stringify(expected, undefined, 1)}\n`)
  if (JSON.stringify(replayed) === JSON.stringify(expected)) return undefined
  const whyOf = ({ failedReleases }: ReplayResult): string =>
    failedReleases.map(({ podTemplateHash, reason, effects }) => `\n    ${podTemplateHash} at ${effects[0]?.t} s: ${reason}`).join('')
  return `replay and live differ\n  live   ${JSON.stringify(expected)}${whyOf(live)}\n  replay ${JSON.stringify(replayed)}${whyOf(again)}`
}
