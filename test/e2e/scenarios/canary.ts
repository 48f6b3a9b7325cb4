import assert from 'node:assert/strict'
import { analysis, analysisTemplate, CANARY, ingress, pause, rollout, service, setWeight } from '../manifests.ts'
import {
  canaryFiles,
  expectNoticeOnly,
  mergeAndRestore,
  releaseThatFails,
  untilAborted,
  untilRestored,
  type Scenario,
} from '../scenario.ts'

/** The nine steps of the Rollouts FAQ, and the way back. */
const faq: Scenario = {
  name: 'faq-canary-failed',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    const { sha, aborted } = await releaseThatFails(play, { 'rollout.yaml': canaryFiles(play, 'v1.8.0')['rollout.yaml'] ?? '' })
    assert.notEqual(aborted.stableHash, aborted.currentHash, 'N serves while Git asks for N+1')
    await play.untilApplication('Synced', 'Degraded')
    await play.untilCard('v1.8.0')
    // On a slow machine it says first that the pods of N+1 are not gone yet.
    await play.untilCard('v1.7.3')
    const pull = await play.untilPullRequest()
    assert.match(pull.body, new RegExp(sha))
    await mergeAndRestore(play)
    assert.equal((await play.pullRequests()).length, 1, 'one pull request')
  },
}

const error: Scenario = {
  name: 'canary-error',
  async play(play) {
    const template = analysisTemplate(play.metricUrl(), { metric: { consecutiveErrorLimit: 0 } })
    await play.begin({ 'rollout.yaml': rollout({ tag: 'v1.7.3', strategy: CANARY }), 'analysis.yaml': template })
    play.stage.metrics.set(play.name, { status: 500 })
    const bad = await play.commit('Release web v1.8.0', { 'rollout.yaml': rollout({ tag: 'v1.8.0', strategy: CANARY }) })
    await untilAborted(play)
    await expectNoticeOnly(play, 'v1.8.0')
    await play.commit(`Revert ${bad.slice(0, 8)}`, { 'rollout.yaml': rollout({ tag: 'v1.7.3', strategy: CANARY }) })
    await untilRestored(play)
  },
}

const inconclusive: Scenario = {
  name: 'canary-inconclusive',
  async play(play) {
    const metric = { failureCondition: 'result.value < 0.1', inconclusiveLimit: 0 }
    const files = (tag: string) => ({
      'rollout.yaml': rollout({ tag, strategy: CANARY }),
      'analysis.yaml': analysisTemplate(play.metricUrl(), { metric }),
    })
    await play.begin(files('v1.7.3'))
    play.stage.metrics.set(play.name, { value: 0.5 })
    await play.commit('Release web v1.8.0', files('v1.8.0'))
    await play.untilRollout('paused', (seen) => seen.phase === 'Paused' && seen.message === 'InconclusiveAnalysisRun')
    await play.untilCard('a person has to decide')
    // It has to settle in the recording, too.
    await play.letPass(2_000)
    await play.patchStatus({ abort: true })
    await untilAborted(play)
    await expectNoticeOnly(play, 'v1.8.0')
  },
}

const PAUSED = { canary: { steps: [setWeight(25), pause()] } }

const humanAbortRetryPromote: Scenario = {
  name: 'human-abort-retry-promote',
  async play(play) {
    await play.begin({ 'rollout.yaml': rollout({ tag: 'v1.7.3', strategy: PAUSED }) })
    await play.commit('Release web v1.8.0', { 'rollout.yaml': rollout({ tag: 'v1.8.0', strategy: PAUSED }) })
    await play.untilRollout('paused', (seen) => seen.phase === 'Paused' && seen.image.endsWith('v1.8.0'))
    await play.patchStatus({ abort: true })
    await untilAborted(play)
    await expectNoticeOnly(play, 'v1.8.0')
    await play.patchStatus({ abort: false })
    await play.untilRollout('paused again', (seen) => seen.phase === 'Paused' && !seen.abort)
    await play.patchStatus({ pauseConditions: null })
    await play.untilRollout('v1.8.0 Healthy', (seen) => seen.phase === 'Healthy' && seen.stableHash === seen.currentHash)
    await play.untilCard('made it after all')
  },
}

const promoteFull: Scenario = {
  name: 'promote-full-after-abort',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    await play.patchStatus({ promoteFull: true })
    await play.untilRollout(
      'v1.8.0 Healthy',
      (seen) => seen.phase === 'Healthy' && seen.image.endsWith('v1.8.0') && seen.stableHash === seen.currentHash,
    )
    await play.untilCard('made it after all')
    await play.untilClosed(pull)
  },
}

const nextRelease: Scenario = {
  name: 'next-release-while-open',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.commit('Release web v1.8.1', canaryFiles(play, 'v1.8.1'))
    await play.untilRollout(
      'v1.8.1 Healthy',
      (seen) => seen.phase === 'Healthy' && seen.image.endsWith('v1.8.1') && seen.stableHash === seen.currentHash,
    )
    await play.untilCard('a newer release took the place')
    await play.untilClosed(pull)
  },
}

const sameTagAgain: Scenario = {
  name: 'bad-tag-again',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'), { by: 'image-updater[bot]' })
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
    // Longer than the settle delay, as any bot takes: N has to be seen to serve between the two.
    await play.letPass(2_500)
    const { sha } = await releaseThatFails(play, canaryFiles(play, 'v1.8.0'), {
      message: 'Release web v1.8.0 again',
      by: 'image-updater[bot]',
    })
    await play.untilCard('pin the good tag')
    await play.letPass(2_000)
    assert.equal((await play.pullRequests()).length, 1, 'a bot that tries again gets no second pull request')
    await play.commit(`Pin the good tag instead of ${sha.slice(0, 8)}`, canaryFiles(play, 'v1.7.3'))
    await play.untilRollout('N runs again', (seen) => !seen.abort && seen.isObserved && seen.phase === 'Healthy')
    await play.untilApplication('Synced', 'Healthy')
  },
}

const stepsOnly: Scenario = {
  name: 'steps-only-after-abort',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    const strategy = { canary: { steps: [setWeight(50), pause('1s'), analysis()] } }
    await play.commit('Fewer steps', canaryFiles(play, 'v1.8.0', { strategy }))
    await play.untilRollout('the release runs again', (seen) => !seen.abort && seen.isObserved)
    await untilAborted(play)
    await play.untilClosed(pull)
    await mergeAndRestore(play)
    assert.equal((await play.pullRequests()).length, 2, 'one for the release, and one for the release with its new steps')
  },
}

const unrelatedTemplateChange: Scenario = {
  name: 'template-change-after-abort',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    const { aborted } = await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    await play.untilPullRequest()
    const files = canaryFiles(play, 'v1.8.0', { annotations: { 'checked-by': 'ada' } })
    await play.commit('Annotate the pods', files)
    await play.untilRollout(
      'aborted again, as another template',
      (seen) => seen.abort && seen.abortedAt !== undefined && seen.currentHash !== aborted.currentHash,
    )
    await play.letPass(4_000)
    await mergeAndRestore(play)
  },
}

const routed: Scenario = {
  name: 'routed-canary-failed',
  ownOnly: 'its Ingress needs a controller that gives it an address',
  async play(play) {
    const strategy = {
      canary: {
        ...(CANARY['canary'] as object),
        canaryService: 'canary',
        stableService: 'stable',
        abortScaleDownDelaySeconds: 5,
        trafficRouting: { nginx: { stableIngress: 'web' } },
      },
    }
    const rest = { 'services.yaml': service('stable') + '---\n' + service('canary'), 'ingress.yaml': ingress('web', 'stable') }
    await play.begin({ ...canaryFiles(play, 'v1.7.3', { strategy }), ...rest })
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0', { strategy }))
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

export const CANARY_SCENARIOS: readonly Scenario[] = [
  faq,
  error,
  inconclusive,
  humanAbortRetryPromote,
  promoteFull,
  nextRelease,
  sameTagAgain,
  stepsOnly,
  unrelatedTemplateChange,
  routed,
]
