import assert from 'node:assert/strict'
import { CANARY, analysisTemplate, rollout, type Files, type RolloutChoice } from './manifests.ts'
import type { CommitChoice, Play } from './play.ts'
import type { RolloutView } from './views.ts'

/** One story on the real thing. It ends, or throws what was not so. */
export interface Scenario {
  /** Also the namespace, the Application, and the folder in Git. */
  name: string
  /** It breaks what the others use, so it runs when they are through. */
  alone?: true
  /** Why a replay of what the API server told cannot come to the same. */
  notReplayed?: string
  /** Why it cannot be played in a cluster that the bench has not made. */
  ownOnly?: string
  /** It is played on the real Gitea, which is left out where nobody has built it. */
  onGitea?: true
  /** It is judged by a real Prometheus, which is left out where nobody has installed it. */
  onPrometheus?: true
  /** It waits for minutes and does little, so it is played beside the others. */
  mostlyWaits?: true
  /** Why it is left out unless it is named, or `KEDGE_NIGHTLY=1` wants everything. */
  nightly?: string
  play(play: Play): Promise<void>
}

/** Pods whose tag ends in `-bad` are the bench's kubelet's. */
export const NEVER_READY = "the bench's kubelet decides which pods never get Ready"

/** Files of an application with the FAQ's canary. */
export function canaryFiles(play: Play, tag: string, choice: Partial<RolloutChoice> = {}): Files {
  return { 'rollout.yaml': rollout({ tag, strategy: CANARY, ...choice }), 'analysis.yaml': analysisTemplate(play.metricUrl()) }
}

/** Releases files whose analysis fails, and waits until the controller has aborted. */
export async function releaseThatFails(
  play: Play,
  files: Files,
  choice: CommitChoice & { message?: string } = {},
): Promise<{ sha: string; aborted: RolloutView }> {
  play.stage.metrics.set(play.name, { value: 0.5 })
  const sha = await play.commit(choice.message ?? 'Release web v1.8.0', files, choice)
  return { sha, aborted: await untilAborted(play) }
}

export async function untilAborted(play: Play, image = ''): Promise<RolloutView> {
  const aborted = await play.untilRollout(
    'aborted',
    (seen) => seen.abort && seen.abortedAt !== undefined && seen.phase === 'Degraded' && seen.image.endsWith(image),
  )
  play.failedAt(aborted.at)
  return aborted
}

/** The way back: Kedge's PR is merged, N runs, Git and cluster agree, and the card says so. */
export async function mergeAndRestore(play: Play, goodImage = 'v1.7.3'): Promise<void> {
  const pull = await play.untilPullRequest()
  play.stage.metrics.set(play.name, { value: 0.99 })
  await play.merge(pull)
  await untilRestored(play, goodImage)
}

export async function untilRestored(play: Play, goodImage = 'v1.7.3'): Promise<void> {
  await play.untilRollout(
    'N runs again',
    (seen) =>
      seen.image.endsWith(goodImage) && seen.isObserved && !seen.abort && seen.stableHash === seen.currentHash && seen.phase === 'Healthy',
  )
  await play.untilApplication('Synced', 'Healthy')
  await play.untilCard('restored')
}

/** A notice is all that this failure gets. */
export async function expectNoticeOnly(play: Play, says: string): Promise<void> {
  await play.untilCard(says)
  await play.letPass(2_000)
  assert.deepEqual(
    (await play.pullRequests()).map(({ title }) => title),
    [],
    'no pull request',
  )
}
