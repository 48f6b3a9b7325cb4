import { QUARANTINE_CONTEXT } from '../../src/domain/quarantine/quarantine.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

export const MINUTE = 60_000
export const BOT = { author: 'argocd-image-updater <noreply@argoproj.io>' }

/** v2 has failed, its revert is merged, and v1 runs again. */
export async function createReverted(options: StageOptions = {}): Promise<RunningStage> {
  const stage = await createRunningStage(options)
  await stage.release('v2')
  await stage.abort()
  await mergeRevert(stage)
  return stage
}

/** A person merges the open revert, and v1 runs again. */
export async function mergeRevert(stage: RunningStage): Promise<void> {
  const open = stage.pulls().findLast(({ state }) => state === 'open')
  if (!open) throw new Error('no PR is open')
  stage.app.sync(stage.merge(open.number))
  stage.web.healthy('v1')
  await stage.show()
  await stage.pushed()
  await stage.advance(MINUTE)
}

/** Something is pushed to the branch, and the Git host says so. No cluster knows of it yet. */
export async function push(stage: RunningStage, tag: string, more: Parameters<RunningStage['commit']>[2] = {}): Promise<string> {
  const commit = stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`, more)
  await stage.pushed()
  return commit
}

/** A person's PR that brings this tag, or brings it up to this. */
export async function propose(stage: RunningStage, tag: string, branch: string): Promise<string> {
  const head = stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`, { branch, ...base(stage, branch) })
  if (stage.pulls().every((pull) => pull.branch !== branch))
    await stage.forges.openByHuman(REPO, { branch, base: 'main', title: `web ${tag}`, body: '', author: 'ada' })
  await stage.pushed()
  return head
}

/** A new branch begins at `main`. */
function base(stage: RunningStage, branch: string): { parents?: readonly never[] } {
  const known = stage.origin.git(['for-each-ref', '--format=%(refname)', `refs/heads/${branch}`])
  if (known === '') stage.origin.git(['update-ref', `refs/heads/${branch}`, 'refs/heads/main'])
  return {}
}

/** The newest status of each commit, as the forge shows it, in the order in which they were first said. */
export function shown(stage: RunningStage): readonly (readonly [string, string])[] {
  const newest = new Map<string, string>()
  for (const { context, commit, state } of stage.forges.statuses(REPO)) if (context === QUARANTINE_CONTEXT) newest.set(commit, state)
  return [...newest]
}

/** How quarantines stand, newest first. */
export function standings(stage: RunningStage): readonly string[] {
  return stage.ledger.quarantines({}).map(({ state, outcome, images }) => `${images.join(' ')} ${outcome ?? state}`)
}

/** Key of the newest. */
export function newestKey(stage: RunningStage): string {
  return stage.ledger.quarantines({})[0]?.key ?? ''
}
