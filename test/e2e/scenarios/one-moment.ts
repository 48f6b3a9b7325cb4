import assert from 'node:assert/strict'
import { createClient } from '../../../src/api/client.ts'
import { until } from '../../until.ts'
import { analysisTemplate, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'
import { startSilentWatch, type SilentWatch } from '../silent-watch.ts'
import { expectBlame, setImage, withoutSelfHeal } from './who-made-what.ts'

// Stories in which what is put together is not of one moment.

/** N is back by hand, and for a moment all seem to be in step with the newest sync, which did not bring it. */
const undoneBeforeCompared: Scenario = {
  name: 'undone-before-compared',
  async play(play) {
    const good = await play.begin(canaryFiles(play, 'v1.7.3'), withoutSelfHeal(play))
    const { sha: first } = await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilPullRequest()
    const template = analysisTemplate(play.metricUrl(), { metric: { count: 2 } })
    const between = await play.commit('Measure twice', { 'analysis.yaml': template })
    await play.untilApplication('Synced', 'Degraded')
    await setImage(play, 'v1.7.3')
    await play.untilRollout('N by hand', (seen) => seen.image.endsWith('v1.7.3'))
    const last = await play.commit('Release web v1.8.1', { 'rollout.yaml': canaryFiles(play, 'v1.8.1')['rollout.yaml'] ?? '' })
    // Argo CD was looking when it was told of the commit, and may have missed it.
    await play.letPass(3_000)
    await play.refresh()
    await play.untilRollout('v1.8.1 is applied', (seen) => seen.image.endsWith('v1.8.1'))
    await untilAborted(play, 'v1.8.1')
    await expectBlame(play, 2, { culprits: [first, between, last], good })
    await mergeAndRestore(play)
  },
}

/** A canary that takes ten seconds: on a busy machine Argo CD needs some of them until it says what it syncs. */
function measuredForLong(play: Play, tag: string): Files {
  return { ...canaryFiles(play, tag), 'analysis.yaml': analysisTemplate(play.metricUrl(), { metric: { count: 8 } }) }
}

/** While N+1 is rolled out, Git wants N+1's commit: never N's, which is the last one that Kedge knows by heart. */
const wantedMeanwhile: Scenario = {
  name: 'git-wants-meanwhile',
  async play(play) {
    const good = await play.begin(measuredForLong(play, 'v1.7.3'))
    play.stage.metrics.set(play.name, { value: 0.99 })
    const wrong: string[] = []
    const seen = new Set<string>()
    const api = createClient(play.stage.kedge().apiUrl, undefined)
    const look = async (sha: string): Promise<true | undefined> => {
      const [rollout] = await api.rollouts({ namespace: play.name })
      assert.ok(rollout)
      const { revision } = rollout.gitWants
      const isNew = rollout.gitWants.images.some((image) => image.endsWith('v1.8.0'))
      if (isNew && revision === good) wrong.push(`${rollout.serving}: Git wants v1.8.0, said to be ${revision.slice(0, 8)}`)
      if (isNew && revision === sha) seen.add(rollout.serving)
      return (rollout.serving === 'in-step' && isNew && revision === sha) || undefined
    }
    const sha = await play.commit('Release web v1.8.0', measuredForLong(play, 'v1.8.0'))
    await until(() => look(sha), { what: 'v1.8.0 in step', timeoutMs: play.stage.cluster.patienceMs, everyMs: 50 })
    assert.deepEqual(wrong, [])
    assert.ok(seen.has('rolling'), `while it was rolled out, its commit was named; named in: ${[...seen].join(', ')}`)
    const found = await api.trace(sha.slice(0, 10))
    // All scenarios share one repository: another's Application may have been synced to the same commit, and have a Rollout of it.
    const own = found.syncs.filter(({ rollouts }) => rollouts.some((one) => one.startsWith(`${play.name}/`)))
    assert.deepEqual(
      own.map(({ what }) => what),
      ['synced'],
      'Argo CD synced it',
    )
    assert.equal(found.rollouts.filter(({ namespace }) => namespace === play.name).length, 1, 'and a Rollout runs it')
  },
}

/** Kedge hears of the Application and not of the Rollout, while a version is synced that is overtaken before it is Healthy. */
const overtakenUnheard: Scenario = {
  name: 'overtaken-unheard',
  ownOnly: 'it leads Kedge through a proxy of its own',
  alone: true,
  async play(play) {
    const good = await play.begin(measuredForLong(play, 'v1.7.3'))
    const between = await startSilentWatch(play.stage.kubeconfig)
    try {
      await play.stage.restartKedge('SIGTERM')
      await overtake(play, between, good)
    } finally {
      await play.stage.restartKedge('SIGTERM', () => between.leave())
    }
    await mergeAndRestore(play)
  },
}

async function overtake(play: Play, between: SilentWatch, good: string): Promise<void> {
  await play.letPass(1_000)
  between.hush(['rollouts', 'replicasets'])
  const overtaken = await play.commit('Release web v1.7.4', measuredForLong(play, 'v1.7.4'))
  await play.untilRollout('v1.7.4 begins', (seen) => seen.image.endsWith('v1.7.4') && seen.isObserved)
  const sha = await play.commit('Release web v1.8.0', measuredForLong(play, 'v1.8.0'))
  await play.untilRollout('v1.8.0 begins', (seen) => seen.image.endsWith('v1.8.0'))
  // Not earlier: v1.7.4 is measured well until it is overtaken, or it would be a failed release as well.
  play.stage.metrics.set(play.name, { value: 0.5 })
  await untilAborted(play, 'v1.8.0')
  await play.letPass(1_000)
  between.hearAgain()
  await expectBlame(play, 1, { culprits: [overtaken, sha], good })
}

export const ONE_MOMENT_SCENARIOS: readonly Scenario[] = [undoneBeforeCompared, wantedMeanwhile, overtakenUnheard]
