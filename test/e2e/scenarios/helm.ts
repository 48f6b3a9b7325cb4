import assert from 'node:assert/strict'
import { analysisTemplate, CANARY, pause, rollout, setWeight, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { mergeAndRestore, releaseThatFails, type Scenario } from '../scenario.ts'
import type { Place } from '../stage.ts'

const OVERRIDES = 'values-prod.yaml'

/** A chart whose image tag is a value. */
function chart(play: Play): Files {
  return {
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/values.yaml': valuesOf('v0'),
    'chart/templates/rollout.yaml': rollout({ tag: '{{ .Values.image.tag }}', strategy: CANARY }),
    'chart/templates/analysis.yaml': analysisTemplate(play.metricUrl()),
  }
}

const valuesOf = (tag: string): string => `image:\n  tag: ${tag}\n`
const overrides = (tag: string): Files => ({ [OVERRIDES]: valuesOf(tag) })

/** A restored release has brought one pull request, there, which changed the overrides and nothing else. */
async function assertOverridesOnly(play: Play, place: Place): Promise<void> {
  const [pull, ...more] = await play.pullRequests()
  assert.ok(pull && more.length === 0, 'one pull request')
  assert.equal(play.placeOf(pull), place)
  const files = await place.repository.git.changedFiles(`${pull.headSha}^`, pull.headSha)
  assert.deepEqual(files, [{ path: `${play.name}/${OVERRIDES}`, status: 'M' }])
}

/**
 * The chart in one repository, the values of each environment in another: only a line of the values is released, and only that goes back.
 */
const multiSource: Scenario = {
  name: 'helm-multi-source',
  async play(play) {
    const { gitops, values: place } = play.stage
    const sources = [
      {
        repoURL: gitops.cloneUrl,
        path: `${play.name}/chart`,
        targetRevision: gitops.branch,
        helm: { valueFiles: [`$values/${play.name}/${OVERRIDES}`] },
      },
      { repoURL: place.cloneUrl, targetRevision: place.branch, ref: 'values' },
    ]
    await play.commit('web v1.7.3 in production', overrides('v1.7.3'), { place })
    await play.begin(chart(play), { spec: { sources } })
    await releaseThatFails(play, overrides('v1.8.0'), { message: 'Release web v1.8.0 to production', place })
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
    await assertOverridesOnly(play, place)
  },
}

/** Chart and overrides in one repository, the overrides above the chart's folder and over its own values. */
const valueFiles: Scenario = {
  name: 'helm-value-files',
  async play(play) {
    const { gitops } = play.stage
    const source = {
      repoURL: gitops.cloneUrl,
      path: `${play.name}/chart`,
      targetRevision: gitops.branch,
      helm: { valueFiles: ['values.yaml', `../${OVERRIDES}`] },
    }
    await play.begin({ ...chart(play), ...overrides('v1.7.3') }, { spec: { source } })
    await releaseThatFails(play, overrides('v1.8.0'), { message: 'Release web v1.8.0 to production' })
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
    await assertOverridesOnly(play, gitops)
  },
}

const both = (web: string, worker: string): Files => ({ 'values.yaml': `web: ${web}\nworker: ${worker}\n` })

/**
 * One sync brings a commit of worker's own, one that somebody left in the middle of a merge, and one of web's that mends it. web fails: the
 * last two go back, and worker stays at what it runs.
 */
const twoRollouts: Scenario = {
  name: 'two-rollouts-one-chart',
  notReplayed: 'a recording knows what synced revisions render, and not the commits between them',
  ownOnly: 'a chart is rendered by commit through the API of Argo CD, in which the bench has made an account',
  async play(play) {
    const quick = { canary: { steps: [setWeight(50), pause('1s')] } }
    await play.begin({
      ...both('v1.7.3', 'v1.7.3'),
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/web.yaml': rollout({ tag: '{{ .Values.web }}', strategy: CANARY }),
      'templates/worker.yaml': rollout({ name: 'worker', tag: '{{ .Values.worker }}', strategy: quick }),
      'templates/analysis.yaml': analysisTemplate(play.metricUrl()),
    })
    const { 'values.yaml': next = '' } = both('v1.7.3', 'v1.8.0')
    await play.commit('worker v1.8.0', { 'values.yaml': next }, { isQuiet: true })
    await play.commit('A merge', { 'values.yaml': `${next}<<<<<<< HEAD\n` }, { isQuiet: true })
    await releaseThatFails(play, both('v1.8.0', 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    assert.match(pull.title, /^Revert 2 commits up to/)
    assert.match(pull.body, /only other Rollouts of the Application change by them/)
    assert.doesNotMatch(pull.body, /Takes `[^`]*worker` back/)
    await mergeAndRestore(play)
    const worker = await play.untilRollout('worker stays', (seen) => seen.phase === 'Healthy' && seen.isObserved, { name: 'worker' })
    assert.match(worker.image, /v1\.8\.0$/)
  },
}

export const HELM_SCENARIOS: readonly Scenario[] = [multiSource, valueFiles, twoRollouts]
