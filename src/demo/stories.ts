import {
  beginHealthy,
  branchIsGone,
  endWith,
  mergeAndRestore,
  releaseVersion,
  showCard,
  untilRemembered,
  watchAbort,
  watchRevert,
  watchSplit,
  type Play,
} from './acts.ts'
import { burnAfterPromotion } from './burn-story.ts'
import { cards, revertPulls, untilCardSays, untilRelease, untilSeen } from './sights.ts'
import { expectSame, expectWords, until } from './step.ts'
import type { Story } from './story.ts'

const FALLING = [0.97, 0.93, 0.91]

/** The release, its abort, and Git hauled back. */
const main: Story = {
  title: 'A release fails, the cluster goes back, and Git follows by one proven revert PR',
  async play(play, pause) {
    await beginHealthy(play)
    const pull = await failAndRevert(play)
    await pause('Bob looks at the PR and merges it')
    await mergeAndRestore(play, pull)
    await endWith(play, { pulls: 1, cards: 1 })
  },
}

async function failAndRevert(play: Play): ReturnType<typeof watchRevert> {
  play.stage.world.scriptMetric(FALLING)
  await releaseVersion(play, 'v1.8.0')
  await watchAbort(play)
  await watchSplit(play)
  return watchRevert(play)
}

/** The end of every story in which no PR may be opened: one card that says why, and the decision's own check. */
async function refusedBy(play: Play, { check, words }: { check: string; words: string }): Promise<void> {
  const step = `no PR, a notice that names ${check}`
  const { release } = await untilRelease(play.stage, step, (detail) => detail.release.decision !== null)
  const failed = release.decision?.checks.filter((one) => one.outcome === 'failed').map((one) => one.id) ?? []
  expectSame(step, [release.decision?.action, failed.includes(check as 'P1')], ['notify', true])
  play.narrator.tell(
    'good',
    `no PR, because “${release.decision?.checks.find((one) => one.id === check)?.title ?? check}” (${check}) does not hold`,
  )
  await showCard(play, words)
}

const laterCommit: Story = {
  title: 'Another commit has touched the same file: the PR takes back what the release changed in it, and keeps the rest',
  async play(play) {
    const { stage, narrator } = play
    await beginHealthy(play)
    stage.world.scriptMetric(FALLING)
    await releaseVersion(play, 'v1.8.0')
    await watchAbort(play)
    const late = await stage.world.lateCommit('dave')
    narrator.tell('commit', `Dave scales checkout in the same file (${late.slice(0, 7)})`)
    await watchSplit(play)
    const pull = await watchRevert(play, late)
    await mergeAndRestore(play, pull)
    expectSame('Git asks for what Dave wanted, too', stage.world.rollout()?.spec.replicas, 5)
    await endWith(play, { pulls: 1, cards: 1 })
  },
}

const imageBot: Story = {
  title: 'After the revert a bot pushes the bad tag again: told as a recurrence, not reverted for ever',
  world: { pace: 0.5 },
  async play(play) {
    await beginHealthy(play)
    await mergeAndRestore(play, await failAndRevert(play))
    await untilRemembered(play.stage)
    await releaseVersion(play, 'v1.8.0', 'argocd-image-updater')
    await watchAbort(play)
    await watchSplit(play)
    const { release } = await untilRelease(play.stage, 'the failure is known as a recurrence', (detail) => detail.release.recurrence === 2)
    expectSame('it is a release of its own', release.attempts.length, 1)
    await refusedBy(play, { check: 'P8', words: 'pushed it again' })
    await endWith(play, { pulls: 1, cards: 2 })
  },
}

const firstDeploy: Story = {
  title: 'The very first deploy fails: there is no version to go back to',
  world: { version: 'v1.7.3-bad' },
  async play(play) {
    const { stage, narrator } = play
    narrator.tell('commit', 'Alice deploys checkout for the first time, as v1.7.3-bad')
    await untilSeen(stage, 'Kedge sees that the first deploy failed', (seen) => seen.serving === 'first-deploy-failed')
    narrator.tell('bad', 'its pods never get ready; nothing serves')
    await refusedBy(play, { check: 'P1', words: 'there is no version before' })
    await endWith(play, { pulls: 0, cards: 1 })
  },
}

const humanAbort: Story = {
  title: 'A person aborts the release: a person decides what Git should ask for',
  async play(play) {
    const { stage, narrator } = play
    await beginHealthy(play)
    await releaseVersion(play, 'v1.8.0')
    await until('the canary pauses', () => (stage.world.rollout()?.status?.phase === 'Paused' ? true : undefined))
    stage.world.abortByHand()
    narrator.tell('person', 'Carol runs: kubectl argo rollouts abort checkout')
    await watchAbort(play)
    await watchSplit(play)
    await refusedBy(play, { check: 'P11', words: 'a person aborted it, so a person decides' })
    await endWith(play, { pulls: 0, cards: 1 })
  },
}

const errorNotFailure: Story = {
  title: 'The metrics cannot be read: an error is no verdict on the release',
  world: { errorRetryMs: 300 },
  async play(play) {
    await beginHealthy(play)
    play.stage.world.scriptMetric([{ error: 'connection refused' }])
    await releaseVersion(play, 'v1.8.0')
    await watchAbort(play)
    await watchSplit(play)
    const { release } = await untilRelease(play.stage, 'the cause is an error, not a failure', (detail) => detail.release.cause !== null)
    expectSame('the cause is an error, not a failure', release.cause, 'analysis-error')
    await refusedBy(play, { check: 'P11', words: 'the analysis could not measure' })
    await endWith(play, { pulls: 0, cards: 1 })
  },
}

const superseded: Story = {
  title: 'A newer version is pushed while the PR is open: the PR is closed with the reason',
  world: { pace: 0.5 },
  async play(play) {
    const { stage, narrator } = play
    await beginHealthy(play)
    const pull = await failAndRevert(play)
    stage.world.scriptMetric(() => 0.99)
    await releaseVersion(play, 'v1.9.0')
    await until('Kedge closes its PR', () => (revertPulls(stage.world)[0]?.closed ? true : undefined))
    const said = stage.world.repository.comments.filter((comment) => comment.number === pull.number).map((comment) => comment.body)
    expectSame('one comment on the PR', said.length, 1)
    expectWords('the PR is closed with the reason', said[0] ?? '', 'A newer commit changes the same files')
    narrator.tell('pull', `${stage.pullName(pull.number)} closed by Kedge: ${said[0]?.split('<!--')[0] ?? ''}`)
    await branchIsGone(stage, pull)
    await untilCardSays(stage.world, 'the card says that it is superseded', 'a newer release took the place of')
    await stage.world.untilRollout(({ status }) => status?.phase === 'Healthy')
    await untilSeen(stage, 'v1.9.0 serves', (seen) => seen.serving === 'in-step' && seen.health.status === 'Healthy')
    narrator.tell('good', `v1.9.0 serves; ${cards(stage.world).length} card, ${revertPulls(stage.world).length} PR in all`)
    await endWith(play, { pulls: 1, cards: 1 })
  },
}

/** Every story by the name that `--scenario` takes; `main` is told without one. */
export const STORIES: ReadonlyMap<string, Story> = new Map([
  ['main', main],
  ['later-commit', laterCommit],
  ['image-bot', imageBot],
  ['first-deploy', firstDeploy],
  ['human-abort', humanAbort],
  ['error-not-failure', errorNotFailure],
  ['superseded', superseded],
  ['burn-after-promotion', burnAfterPromotion],
])
