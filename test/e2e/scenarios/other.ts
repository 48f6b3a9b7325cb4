import assert from 'node:assert/strict'
import { analysis, analysisTemplate, CANARY, pause, rollout, service, setWeight } from '../manifests.ts'
import type { Play } from '../play.ts'
import {
  canaryFiles,
  expectNoticeOnly,
  mergeAndRestore,
  NEVER_READY,
  releaseThatFails,
  untilAborted,
  untilRestored,
  type Scenario,
} from '../scenario.ts'

export function blueGreenStrategy(when: 'pre' | 'post') {
  const run = { templates: [{ templateName: 'web' }] }
  return {
    blueGreen: { activeService: 'active', previewService: 'preview', scaleDownDelaySeconds: 5, [`${when}PromotionAnalysis`]: run },
  }
}

function blueGreenFiles(play: Play, tag: string, when: 'pre' | 'post') {
  return {
    'rollout.yaml': rollout({ tag, strategy: blueGreenStrategy(when) }),
    'analysis.yaml': analysisTemplate(play.metricUrl()),
    'services.yaml': `${service('active')}---\n${service('preview')}`,
  }
}

function blueGreen(when: 'pre' | 'post'): Scenario {
  return {
    name: `bluegreen-${when}-promotion-failed`,
    async play(play) {
      await play.begin(blueGreenFiles(play, 'v1.7.3', when))
      const { aborted } = await releaseThatFails(play, blueGreenFiles(play, 'v1.8.0', when))
      await play.untilCard('v1.8.0')
      await play.untilRollout('N is active', (seen) => seen.activeSelector === aborted.stableHash)
      await mergeAndRestore(play)
    },
  }
}

/** Address of what judges N+1 once it has the traffic; another one than before. */
const after = (play: Play): string => `${play.name}-after`

function bothFiles(play: Play, tag: string) {
  const { blueGreen: strategy } = blueGreenStrategy('pre')
  const postPromotionAnalysis = { templates: [{ templateName: 'web-after' }] }
  // Time to be seen with the traffic, before the first measurement says that it is bad.
  const late = analysisTemplate(play.stage.metrics.urlOf(after(play)), { name: 'web-after', metric: { initialDelay: '3s' } })
  return {
    ...blueGreenFiles(play, tag, 'pre'),
    'rollout.yaml': rollout({ tag, strategy: { blueGreen: { ...strategy, postPromotionAnalysis } } }),
    'after.yaml': late,
  }
}

/** The analysis before the switch passes, N+1 gets the traffic, and the analysis after it fails: N has the traffic again. */
const bothAnalyses: Scenario = {
  name: 'bluegreen-pre-passed-post-failed',
  async play(play) {
    const { api, metrics } = play.stage
    await play.begin(bothFiles(play, 'v1.7.3'))
    metrics.set(after(play), { value: 0.5 })
    await play.commit('Release web v1.8.0', bothFiles(play, 'v1.8.0'))
    await play.untilRollout('switched', (seen) => seen.activeSelector === seen.currentHash && seen.currentHash !== seen.stableHash)
    assert.deepEqual(await play.pullRequests(), [], 'nothing has failed yet')
    const aborted = await untilAborted(play, 'v1.8.0')
    const { items } = (await api.get(`/apis/argoproj.io/v1alpha1/namespaces/${play.name}/analysisruns`)) as unknown as { items: Run[] }
    const ended = items.map(({ metadata, status }) => `${metadata.labels?.['rollout-type']} ${status?.phase}`)
    assert.deepEqual(ended.toSorted(), ['PostPromotion Failed', 'PrePromotion Successful'])
    await play.untilCard('v1.8.0')
    await play.untilRollout('N is active again', (seen) => seen.activeSelector === aborted.stableHash)
    metrics.set(after(play), { value: 0.99 })
    await mergeAndRestore(play)
  },
}

interface Run {
  metadata: { labels?: Readonly<Record<string, string>> }
  status?: { phase?: string }
}

function deadline(name: string, abort: boolean): Scenario {
  const files = (tag: string) => ({
    'rollout.yaml': rollout({
      tag,
      strategy: { canary: { steps: [{ setWeight: 50 }] } },
      spec: { progressDeadlineSeconds: 5, progressDeadlineAbort: abort },
    }),
  })
  return {
    name,
    ownOnly: NEVER_READY,
    async play(play) {
      await play.begin(files('v1.7.3'))
      await play.commit('Release web v1.8.0-bad', files('v1.8.0-bad'))
      if (abort) {
        await untilAborted(play)
        await play.untilCard('v1.8.0-bad')
        await mergeAndRestore(play)
        return
      }
      const stuck = await play.untilRollout('stuck', (seen) => seen.phase === 'Degraded' && seen.image.endsWith('-bad') && seen.isObserved)
      play.failedAt(stuck.at)
      await expectNoticeOnly(play, 'v1.8.0-bad')
      await play.commit('Back to v1.7.3', files('v1.7.3'))
      await untilRestored(play)
    },
  }
}

const firstDeploy: Scenario = {
  name: 'first-deploy-fails',
  ownOnly: NEVER_READY,
  async play(play) {
    const files = (tag: string) => ({
      'rollout.yaml': rollout({ tag, strategy: { canary: { steps: [{ setWeight: 50 }] } }, spec: { progressDeadlineSeconds: 5 } }),
    })
    await play.commit('web v1.7.3-bad', files('v1.7.3-bad'))
    await play.createApplication()
    const failed = await play.untilRollout(
      'Degraded',
      (seen) => seen.phase === 'Degraded' && seen.message?.startsWith('ProgressDeadlineExceeded') === true,
    )
    play.failedAt(failed.at)
    await expectNoticeOnly(play, 'v1.7.3-bad')
    await play.commit('Fix web v1.7.4', files('v1.7.4'))
    await play.untilRollout(
      'Healthy',
      (seen) => seen.phase === 'Healthy' && seen.image.endsWith('v1.7.4') && seen.stableHash === seen.currentHash,
    )
    await play.untilCard('a newer release took the place')
  },
}

const twoRollouts: Scenario = {
  name: 'two-rollouts-one-commit',
  async play(play) {
    // Which of two that fail in one moment comes first is chance, and a replay's may fall otherwise: api fails later.
    const later = { canary: { steps: [pause('6s'), analysis(), setWeight(50), pause('1s')] } }
    const files = (tag: string) => ({
      'web.yaml': rollout({ tag, strategy: CANARY }),
      'api.yaml': rollout({ name: 'api', tag, strategy: later }),
      'analysis.yaml': analysisTemplate(play.metricUrl()),
    })
    await play.begin(files('v1.7.3'))
    await releaseThatFails(play, files('v1.8.0'))
    await play.untilRollout('api aborted', (seen) => seen.abort && seen.phase === 'Degraded', { name: 'api' })
    await play.untilCard('v1.8.0')
    await play.letPass(3_000)
    assert.equal((await play.pullRequests()).length, 1, 'of one cause the second waits for the first')
    const first = await play.untilPullRequest()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.merge(first)
    const second = await play.untilPullRequest()
    assert.notEqual(first.number, second.number, 'each takes back files of its own')
    await play.merge(second)
    await untilRestored(play)
    await play.untilRollout('api restored', (seen) => seen.phase === 'Healthy' && seen.image.endsWith('v1.7.3'), { name: 'api' })
  },
}

const otherNamespace: Scenario = {
  name: 'app-in-other-namespace',
  ownOnly: 'Argo CD has to look for Applications in the namespaces team-*',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'), { namespace: 'team-a' })
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

/** The whole application is taken away while Kedge's PR is open. */
const deleted: Scenario = {
  name: 'deleted-while-open',
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    await play.stage.api.delete(`/apis/argoproj.io/v1alpha1/namespaces/${play.stage.cluster.argocdNamespace}/applications/${play.name}`)
    await play.stage.api.delete(`/apis/argoproj.io/v1alpha1/namespaces/${play.name}/rollouts/web`)
    await play.untilClosed(pull)
    await play.untilCard('the Rollout is gone')
  },
}

export const OTHER_SCENARIOS: readonly Scenario[] = [
  blueGreen('pre'),
  blueGreen('post'),
  bothAnalyses,
  deadline('progress-deadline-abort', true),
  deadline('stuck', false),
  firstDeploy,
  twoRollouts,
  otherNamespace,
  deleted,
]
