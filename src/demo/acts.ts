import type { ReleaseDetail } from '../api/contract.ts'
import type { AnalysisRun } from '../simulator/argo-rollouts/types.ts'
import type { PullRequest } from '../simulator/github/forge.ts'
import { STORY } from '../simulator/world/story.ts'
import type { Narrator } from './narrator.ts'
import { cards, evidenceOf, revertPulls, seenRollout, untilCardSays, untilRelease, untilSeen, versionOf } from './sights.ts'
import { rememberedRevision, type Stage } from './stage.ts'
import { expectSame, StepFailed, until } from './step.ts'

/** A stage and who tells of it. */
export interface Play {
  stage: Stage
  narrator: Narrator
}

const NAME = `${STORY.namespace}/${STORY.rollout}`

/** The first version serves and Git asks for it. */
export async function beginHealthy({ stage, narrator }: Play): Promise<void> {
  await until('v1.7.3 is Healthy', () => (stage.world.rollout()?.status?.phase === 'Healthy' ? true : undefined))
  const rollout = await untilSeen(
    stage,
    'Kedge sees v1.7.3 in step',
    (seen) => seen.serving === 'in-step' && seen.health.status === 'Healthy',
  )
  await untilRemembered(stage)
  narrator.tell(
    'good',
    `${NAME} Healthy    Git wants ${versionOf(rollout.gitWants.images)} = cluster runs ${versionOf(rollout.clusterRuns.images)}`,
  )
}

/** What Kedge has not seen serve, it does not go back to: waits until it has written down what Git asked for when N did. */
export async function untilRemembered(stage: Stage): Promise<void> {
  const wanted = stage.world.repository.tips.get('main')
  await until('Kedge remembers what the running version was made from', async () =>
    (await stage.readLedger(rememberedRevision)) === wanted ? true : undefined,
  )
}

/** A person releases a version through a pull request that another one approves. */
export async function releaseVersion({ stage, narrator }: Play, version: string, author = 'alice'): Promise<string> {
  const isBot = author !== 'alice'
  const commit = await stage.world.commitImage(version, author, isBot ? {} : { approvedBy: 'bob' })
  narrator.tell(
    'commit',
    isBot ? `${author} commits ${version} (${commit.slice(0, 7)})` : `Alice releases ${version}, Bob approves (${commit.slice(0, 7)})`,
  )
  await stage.world.untilRollout((rollout) => rollout.spec.template.spec.containers[0]?.image.endsWith(`:${version}`) ?? false)
  narrator.tell('moving', `Argo CD syncs, Argo Rollouts begins a canary with ${version}`)
  return commit
}

/** Measurements come in until Argo Rollouts gives up. */
export async function watchAbort({ stage, narrator }: Play): Promise<void> {
  const told = new Set(measurements(stage).map(([key]) => key))
  const message = await until('Argo Rollouts aborts', () => {
    for (const [key, text] of measurements(stage)) {
      if (!told.has(key)) narrator.tell('moving', text)
      told.add(key)
    }
    const { status } = stage.world.rollout() ?? {}
    return status?.abort === true && status.abortedAt !== undefined && status.phase === 'Degraded' ? (status.message ?? '') : undefined
  })
  narrator.tell('bad', `Argo Rollouts aborts: ${message}`)
}

function measurements({ world }: Stage): readonly [key: string, text: string][] {
  const runs = world.kubernetes.store.list('analysisruns') as AnalysisRun[]
  return runs.flatMap((run) =>
    (run.status?.metricResults ?? []).flatMap((metric) =>
      metric.measurements.map(({ value, phase, message }, index): [string, string] => [
        `${run.metadata.name} ${metric.name} ${index}`,
        `measured: ${metric.name} ${value ?? `could not be read: ${message ?? 'no reason given'}`} ` +
          `(${phase}${phase === 'Failed' ? ', wanted result >= 0.95' : ''})`,
      ]),
    ),
  )
}

/** Kedge says that Git wants what the cluster does not run. */
export async function watchSplit({ stage, narrator }: Play): Promise<void> {
  const split = await untilSeen(stage, 'Kedge sees the split', (seen) => seen.serving === 'split')
  narrator.tell('split', `Split    Git wants ${versionOf(split.gitWants.images)} ≠ cluster runs ${versionOf(split.clusterRuns.images)}`)
}

/** One PR with its evidence and proof, and one card about it. `kept`: a later commit to the same files, which has to stay. */
export async function watchRevert({ stage, narrator }: Play, kept?: string): Promise<PullRequest> {
  const step = 'Kedge opens one revert PR'
  const detail = await untilRelease(stage, step, ({ revert }) => revert?.state === 'open' && revert.pullRequest !== null)
  const pull = onlyPull(stage, step)
  narrator.tell('pull', `${stage.pullName(pull.number)} ${pull.title}`)
  narrator.details([
    ...evidenceOf(detail).map((line) => `evidence   ${line}`),
    `proof      ${await proofOf(stage, detail, { pull, kept })}`,
    `reviewers  ${pull.reviewers.join(', ')}`,
    `page       ${detail.revert?.pullRequest?.url ?? ''}`,
  ])
  await showCard({ stage, narrator }, `${stage.pullName(pull.number)} reverts it`)
  expectSame('one card', cards(stage.world).length, 1)
  return pull
}

function onlyPull({ world }: Stage, step: string): PullRequest {
  const pulls = revertPulls(world)
  const [pull] = pulls
  if (!pull || pulls.length !== 1) throw new StepFailed(step, `there are ${pulls.length}`)
  return pull
}

/** Looks itself whether the PR's files are those that N was made from: the forge's own repository says. */
async function proofOf(
  { world }: Stage,
  { release }: ReleaseDetail,
  { pull, kept }: { pull: PullRequest; kept: string | undefined },
): Promise<string> {
  const step = 'the PR restores exactly what v1.7.3 was made from'
  if (release.goodRevision === null) throw new StepFailed(step, 'the commit of v1.7.3 is not known')
  const { git } = world.repository
  const [wanted, restored] = await Promise.all([
    git.readFolder(kept ?? release.goodRevision, STORY.folder),
    git.readFolder(pull.headSha, STORY.folder),
  ])
  const withGood = (text: string): string => (kept === undefined ? text : text.replace(`${STORY.image}:v1.8.0`, `${STORY.image}:v1.7.3`))
  expectSame(
    step,
    [...restored],
    [...wanted].map(([file, text]) => [file, withGood(text)]),
  )
  const said = release.decision?.checks.find((check) => check.id === 'P10')
  expectSame(step, said?.outcome, 'passed')
  const same = kept === undefined ? release.goodRevision.slice(0, 7) : `${kept.slice(0, 7)}, but for the image`
  return `${said?.detail ?? ''} Checked: ${STORY.folder} at the PR is as at ${same}.`
}

/** Waits for the words on the newest card, then shows all of it. */
export async function showCard({ stage, narrator }: Play, words: string): Promise<void> {
  const lines = await untilCardSays(stage.world, `the card says “${words}”`, words)
  narrator.tell('card', `Slack #${STORY.channel.name}: ${lines[0] ?? ''}`)
  narrator.details(lines.slice(1))
}

/** The release is over, and so is its revert: two documents, of which the second is written a moment later. */
export function isSettled({ release, revert }: ReleaseDetail): boolean {
  return release.outcome !== 'open' && (revert === null || revert.state === 'ended')
}

/** A person merges; Argo CD and Argo Rollouts follow; Kedge says that N is back. */
export async function mergeAndRestore({ stage, narrator }: Play, pull: PullRequest): Promise<void> {
  const { world } = stage
  const before = replicaSets(stage)
  const stable = world.rollout()?.status?.stableRS
  const merged = await world.mergePullRequest(pull.number, 'bob')
  narrator.tell('person', `Bob merges ${stage.pullName(pull.number)} (${merged.slice(0, 7)})`)
  await world.untilRollout(({ status }) => status?.phase === 'Healthy' && status.currentPodHash === stable)
  narrator.tell('moving', 'Argo CD syncs; Argo Rollouts finds the running version wanted again')
  const { release, revert } = await untilRelease(stage, 'Kedge says Restored', isSettled)
  expectSame('Kedge says Restored', [release.outcome, revert?.outcome], ['restored', 'merged'])
  expectSame('no new pods were needed', replicaSets(stage), before)
  const rollout = await untilSeen(stage, 'Git and cluster agree', (seen) => seen.serving === 'in-step')
  narrator.tell(
    'good',
    `Restored    Git wants ${versionOf(rollout.gitWants.images)} = cluster runs ${versionOf(rollout.clusterRuns.images)}`,
  )
  await showCard({ stage, narrator }, `${stage.pullName(pull.number)} was merged, and the version before is back.`)
  await branchIsGone(stage, pull)
}

function replicaSets({ world }: Stage): readonly string[] {
  return world.kubernetes.store.list('replicasets').map((set) => set.metadata.name)
}

/** Kedge deletes its own branch when its PR has ended. */
export async function branchIsGone({ world }: Stage, pull: PullRequest): Promise<void> {
  await until('the branch of the ended PR is deleted', async () =>
    (await world.repository.git.branches()).has(pull.head) ? undefined : true,
  )
}

/** The chain is whole, and what Kedge did to the world is what the story allows. */
export async function endWith({ stage, narrator }: Play, wanted: { pulls: number; cards: number }): Promise<void> {
  await until('nothing is left to be done', async () =>
    (await seenRollout(stage))?.newestRelease?.pendingEffects.length === 0 ? true : undefined,
  )
  expectSame('revert PRs in the end', revertPulls(stage.world).length, wanted.pulls)
  expectSame('cards in the end', cards(stage.world).length, wanted.cards)
  const verdict = await stage.readLedger((ledger) => ledger.verify())
  if (!verdict.intact) throw new StepFailed('the ledger is intact', `${verdict.what} (record ${verdict.sequence})`)
  narrator.tell('ledger', `ledger verified: ${verdict.records} records, head ${verdict.head.slice(0, 12)}`)
}
