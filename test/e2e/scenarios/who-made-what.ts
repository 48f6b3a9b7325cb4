import assert from 'node:assert/strict'
import type { ReplayResult } from '../../../src/replay-result.ts'
import { until } from '../../until.ts'
import { crashProgram } from '../control-plane/processes.ts'
import { analysis, pause, service, setWeight } from '../manifests.ts'
import type { Play } from '../play.ts'
import { readLive } from '../recordings.ts'
import { canaryFiles, expectNoticeOnly, mergeAndRestore, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'

// Stories in which times and orders name the wrong commit: who made what runs has to be told by what commits render.

/** The commits that Kedge's newest pull request takes back, oldest first, and the commit that made the version before, once Kedge knows. */
export async function expectBlame(
  play: Play,
  pulls: number,
  { culprits, good }: { culprits: readonly string[]; good: string },
): Promise<void> {
  await play.untilPullRequest()
  // The forge has it a moment before the ledger does.
  const known = async (): Promise<ReplayResult | undefined> => {
    const live = await readLive(play)
    return live.revertPrs.length >= pulls ? live : undefined
  }
  const live = await until(known, { what: 'the pull request in the ledger', timeoutMs: play.stage.cluster.patienceMs })
  assert.equal(live.revertPrs.length, pulls)
  assert.deepEqual(live.revertPrs.at(-1)?.culprits, culprits)
  assert.equal(live.failedReleases.at(-1)?.goodRevision, good)
}

/** As `kubectl argo rollouts undo` and `set image` do. */
export async function setImage(play: Play, tag: string): Promise<void> {
  play.step(`by hand: ${tag}`)
  const image = play.stage.cluster.images.actual(`registry.example/web:${tag}`)
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } }
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${play.name}/rollouts/web`
  await play.stage.api.patch(path, { spec: { template } })
}

const healthy = (play: Play, tag: string) =>
  play.untilRollout(
    `${tag} Healthy`,
    (seen) =>
      seen.image.endsWith(tag) && seen.isObserved && !seen.abort && seen.stableHash === seen.currentHash && seen.phase === 'Healthy',
  )

/** Nobody puts back what is changed by hand, as long as nobody else commits: a new revision is synced all the same. */
export function withoutSelfHeal(play: Play): { spec: Record<string, unknown> } {
  const { gitops } = play.stage
  const source = { repoURL: gitops.cloneUrl, path: play.name, targetRevision: 'main' }
  return { spec: { source, syncPolicy: { automated: { prune: true, selfHeal: false }, syncOptions: ['CreateNamespace=true'] } } }
}

/** A was synced while the controller was away and never ran; B changes a Service only, and what fails is A. */
const neverTakenUp: Scenario = {
  name: 'synced-and-not-taken-up',
  ownOnly: 'it kills programs of the control plane',
  alone: true,
  async play(play) {
    const good = await play.begin({ ...canaryFiles(play, 'v1.7.3'), 'service.yaml': service('web') })
    play.stage.metrics.set(play.name, { value: 0.5 })
    const shas: string[] = []
    await crashProgram('rollouts-controller', async () => {
      shas.push(await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0')))
      await play.untilRollout('v1.8.0 is applied', (seen) => seen.image.endsWith('v1.8.0'))
      await play.letPass(2_000)
      shas.push(await play.commit('Release web v1.8.1', canaryFiles(play, 'v1.8.1')))
      await play.untilRollout('v1.8.1 is applied', (seen) => seen.image.endsWith('v1.8.1'))
    })
    await untilAborted(play, 'v1.8.1')
    await expectBlame(play, 1, { culprits: shas, good })
    await mergeAndRestore(play)
  },
}

/** It fails, is undone, comes back by self-heal, fails again, and others are innocent of that; Git has asked for it all the time. */
const failsAgain: Scenario = {
  name: 'undone-and-healed',
  async play(play) {
    const good = await play.begin(canaryFiles(play, 'v1.7.3'))
    const { sha } = await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    const pull = await play.untilPullRequest()
    await setImage(play, 'v1.7.3')
    await play.untilRollout('N by hand', (seen) => seen.image.endsWith('v1.7.3'))
    await play.untilRollout('healed', (seen) => seen.image.endsWith('v1.8.0') && seen.isObserved)
    await play.untilRollout('aborted again', (seen) => seen.abort && seen.phase === 'Degraded' && seen.image.endsWith('v1.8.0'))
    await play.commit('A Service for web', { 'service.yaml': service('web') })
    await play.untilApplication('Synced', 'Degraded')
    await play.letPass(3_000)
    assert.equal(pull.state, 'open', 'Git was never seen to ask for N')
    await expectBlame(play, 1, { culprits: [sha], good })
    await mergeAndRestore(play)
  },
}

/** N runs by hand: Git asked for something newer, which nobody has taken back. */
const goodByHand: Scenario = {
  name: 'good-by-hand',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'), withoutSelfHeal(play))
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.commit('Release web v1.7.4', canaryFiles(play, 'v1.7.4'))
    await healthy(play, 'v1.7.4')
    await play.letPass(2_000)
    await setImage(play, 'v1.7.3')
    await healthy(play, 'v1.7.3')
    await play.letPass(2_000)
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await expectNoticeOnly(play, 'v1.8.0')
  },
}

/** Something else is set by hand after a failure, and fails: its evidence speaks against no commit. */
const failsByHand: Scenario = {
  name: 'fails-by-hand',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'), withoutSelfHeal(play))
    play.stage.metrics.set(play.name, { value: 0.5 })
    await setImage(play, 'v1.9.0')
    await untilAborted(play, 'v1.9.0')
    await expectNoticeOnly(play, 'v1.9.0')
    await untilUndone(play)
  },
}

/** Until the board says that the Rollout is not as Git asks for: Argo CD has to have said so for a while. */
async function untilUndone(play: Play): Promise<void> {
  const says = async (): Promise<true | undefined> => {
    const answer = await fetch(`${play.stage.kedge().apiUrl}/api/v1/rollouts?limit=500`)
    const { items } = (await answer.json()) as { items: { namespace: string; serving: string }[] }
    return items.some(({ namespace, serving }) => namespace === play.name && serving === 'undone') || undefined
  }
  await until(says, { what: 'the state undone', timeoutMs: play.stage.cluster.patienceMs })
}

/** Other steps are synced, and two seconds later a release that fails. */
const stepsBefore: Scenario = {
  name: 'steps-before-release',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    const strategy = { canary: { steps: [setWeight(20), pause('1s'), analysis()] } }
    const steps = await play.commit('Fewer steps', canaryFiles(play, 'v1.7.3', { strategy }))
    await play.letPass(2_000)
    const { sha } = await releaseThatFails(play, canaryFiles(play, 'v1.8.0', { strategy }))
    // The newest commit that renders N.
    await expectBlame(play, 1, { culprits: [sha], good: steps })
    await mergeAndRestore(play)
  },
}

/** A person's revert brings N back and is overtaken at once. */
const revertOvertaken: Scenario = {
  name: 'revert-overtaken',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    const pull = await play.untilPullRequest()
    // A replay knows when a commit was there by its date alone, which is in whole seconds.
    await play.letPass(1_500)
    play.stage.metrics.set(play.name, { value: 0.99 })
    const back = await play.commit('Revert "Release web v1.8.0"', canaryFiles(play, 'v1.7.3'))
    await healthy(play, 'v1.7.3')
    await play.untilClosed(pull)
    play.stage.metrics.set(play.name, { value: 0.5 })
    const bad = await play.commit('Release web v1.8.1', canaryFiles(play, 'v1.8.1'))
    await untilAborted(play, 'v1.8.1')
    await expectBlame(play, 2, { culprits: [bad], good: back })
    await mergeAndRestore(play)
  },
}

/** A healthy release is undone by hand: no failure, and not in step either. */
const undone: Scenario = {
  name: 'undone-by-hand',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'), withoutSelfHeal(play))
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await healthy(play, 'v1.8.0')
    await play.letPass(2_000)
    await setImage(play, 'v1.7.3')
    await healthy(play, 'v1.7.3')
    await play.untilApplication('OutOfSync', 'Healthy')
    await untilUndone(play)
    assert.deepEqual(await play.pullRequests(), [])
  },
}

/** Kedge is stopped while it pushes; meanwhile the release is retried, and makes it. */
const madeItMeanwhile: Scenario = {
  name: 'made-it-during-the-push',
  notReplayed: 'a replay knows no forge that is slow',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    play.stage.github.faults.inject({ method: 'POST', path: /git-receive-pack$/, fault: { kind: 'delay', ms: 10_000 } })
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.patchStatus({ abort: false })
    await healthy(play, 'v1.8.0')
    await play.untilCard('made it after all')
    await play.letPass(12_000)
    assert.deepEqual(await play.pullRequests(), [], 'no pull request, not even for a moment')
  },
}

export const WHO_MADE_WHAT_SCENARIOS: readonly Scenario[] = [
  neverTakenUp,
  failsAgain,
  goodByHand,
  failsByHand,
  stepsBefore,
  revertOvertaken,
  undone,
  madeItMeanwhile,
]
