import assert from 'node:assert/strict'
import { setHealthChecks, untilHealth } from '../argocd-health.ts'
import { fixtureFiles, makeFixtures, writeStatuses } from '../health-fixtures.ts'
import { analysis, analysisTemplate, pause, rollout, setWeight, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'

const ARGOCD_CM = "it changes argocd-cm, and asks Argo CD's API as its administrator"

const sourceOf = ({ name, stage }: Play) => ({ repoURL: stage.gitops.cloneUrl, path: name, targetRevision: 'main' })

/**
 * Stays in each state long enough to be looked at: a pause, an experiment of seconds, and an analysis that runs until its metric decides.
 */
function filesInEveryState(play: Play, tag: string): Files {
  const templates = [{ name: 'canary', specRef: 'canary' }]
  const experiment = { experiment: { duration: '5s', templates, analyses: [{ name: 'web', templateName: 'web' }] } }
  const metric = { count: 600, failureCondition: 'result.value < 0.1', inconclusiveLimit: 0 }
  return {
    'rollout.yaml': rollout({ tag, strategy: { canary: { steps: [setWeight(25), pause(), experiment, analysis()] } } }),
    'analysis.yaml': analysisTemplate(play.metricUrl(), { metric }),
  }
}

/** The health checks of lua-health in Argo CD itself: in each state it says what Kedge says, word for word. */
const healthLua: Scenario = {
  name: 'health-lua',
  ownOnly: ARGOCD_CM,
  async play(play) {
    const promote = (): Promise<void> => play.patchStatus({ pauseConditions: null })
    const measure = (value: number): void => play.stage.metrics.set(play.name, { value })
    await setHealthChecks(play.stage, {})
    try {
      await play.commit('web v1.7.3', filesInEveryState(play, 'v1.7.3'))
      await play.createApplication({ spec: { source: sourceOf(play), syncPolicy: {} } })
      await untilHealth(play, 'Rollout', 'Missing')
      await play.createApplication()
      await play.untilRollout('v1.7.3 Healthy', (seen) => seen.phase === 'Healthy' && seen.isObserved)
      await untilHealth(play, 'Rollout', 'Healthy')

      await play.commit('Release web v1.8.0', filesInEveryState(play, 'v1.8.0'))
      await untilHealth(
        play,
        'Rollout',
        'Suspended',
        /^Paused at step 2 of 4 until someone promotes it, since .+: \w+ \(.+\) has 1 of \d pods beside stable \w+/,
      )
      await promote()
      await untilHealth(play, 'Experiment', 'Progressing')
      await untilHealth(play, 'Experiment', 'Healthy')
      await untilHealth(play, 'AnalysisRun', 'Progressing')
      await untilHealth(play, 'Rollout', 'Progressing', /^Releasing: .+, step 4 of 4/)
      measure(0.5)
      await untilHealth(play, 'AnalysisRun', 'Unknown', /0\.5/)
      await untilHealth(play, 'Rollout', 'Suspended', /analysis inconclusive, someone must promote or abort/)
      // The analysis begins anew when someone promotes.
      measure(0.05)
      await promote()
      await untilAborted(play)
      await untilHealth(play, 'AnalysisRun', 'Degraded', /0\.05/)
      await untilHealth(
        play,
        'Rollout',
        'Degraded',
        /^Aborted: stable \w+ serves; the spec asks for \w+ \(.+\): revert it in Git, fix forward or retry — RolloutAborted/,
      )
      await play.untilCard('v1.8.0')
      await mergeAndRestore(play)
      await untilHealth(play, 'Rollout', 'Healthy')
    } finally {
      await setHealthChecks(play.stage, 'none')
    }
  },
}

/** A check as people write it who have never seen a Rollout without a weight: an index into nothing is an error in Lua. */
const BROKEN = `if obj.status.canary.weights.canary.weight > 0 then
  return { status = "Progressing", message = "the canary has traffic" }
end
return { status = "Healthy", message = "" }
`

/**
 * An error in a health check keeps Argo CD from syncing anything, the revert too. Ours raises none, whatever lies beside the Rollout: the
 * same merge that the broken check blocks goes through with it, next to every object of lua-health's cases.
 */
const healthLuaHostile: Scenario = {
  name: 'health-lua-hostile',
  ownOnly: ARGOCD_CM,
  alone: true,
  async play(play) {
    await setHealthChecks(play.stage, {})
    try {
      const fixtures = await makeFixtures(play)
      await writeStatuses(play, fixtures)
      await play.commit('web v1.7.3, and every case of lua-health', { ...canaryFiles(play, 'v1.7.3'), ...fixtureFiles(fixtures) })
      const syncPolicy = { automated: { prune: true, selfHeal: true }, syncOptions: ['ApplyOutOfSyncOnly=true'] }
      await play.createApplication({ spec: { source: sourceOf(play), syncPolicy } })
      await play.untilRollout('v1.7.3 Healthy', (seen) => seen.phase === 'Healthy' && seen.isObserved)
      await play.untilApplication('Synced', 'Unknown')
      await untilHealth(play, 'Rollout', 'Degraded')
      assert.deepEqual(comparisonErrors(play), [])
      await releaseThatFails(play, { 'rollout.yaml': canaryFiles(play, 'v1.8.0')['rollout.yaml'] ?? '' })
      await play.untilCard('v1.8.0')
      const pull = await play.untilPullRequest()
      await untilHealth(
        play,
        'Rollout',
        'Degraded',
        /^Aborted: stable \w+ serves; the spec asks for \w+ \(.+\): revert it in Git, fix forward or retry — RolloutAborted/,
      )

      await setHealthChecks(play.stage, { Rollout: BROKEN })
      await play.merge(pull)
      await play.untilApplication('OutOfSync', 'Unknown')
      await play.letPass(5_000)
      assert.match(comparisonErrors(play).join('; '), /error setting app health: failed to get resource health for "Rollout"/)
      await play.untilRollout('the merged revert is not synced', (seen) => seen.abort && seen.image.endsWith('v1.8.0'))

      await setHealthChecks(play.stage, {})
      await play.refresh()
      await play.untilRollout(
        'N runs again',
        (seen) => seen.image.endsWith('v1.7.3') && seen.isObserved && !seen.abort && seen.phase === 'Healthy',
      )
      await play.untilApplication('Synced', 'Unknown')
      await play.untilCard('restored')
      assert.deepEqual(comparisonErrors(play), [])
      await untilHealth(play, 'Rollout', 'Healthy')
    } finally {
      await setHealthChecks(play.stage, 'none')
    }
  },
}

function comparisonErrors({ name, stage }: Play): readonly string[] {
  const { conditions = [] } = (stage.observer.newest('Application', stage.cluster.argocdNamespace, name)?.['status'] ?? {}) as {
    conditions?: { type: string; message: string }[]
  }
  return conditions.filter(({ type }) => type === 'ComparisonError').map(({ message }) => message)
}

export const HEALTH_SCENARIOS: readonly Scenario[] = [healthLua, healthLuaHostile]
