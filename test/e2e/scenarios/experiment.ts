import assert from 'node:assert/strict'
import type { KubeObject } from '../control-plane/api.ts'
import { analysisTemplate, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, type Scenario } from '../scenario.ts'

const labels = { app: 'web-ab' }
const pods = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/web:v1.8.0' }] } }

/** Pods of another version beside the Rollout's, without traffic, for as long as they are measured. */
export const STANDALONE_EXPERIMENT = {
  duration: '2m',
  templates: [{ name: 'canary', replicas: 1, selector: { matchLabels: labels }, template: pods }],
  analyses: [{ name: 'search', templateName: 'search', requiredForCompletion: true }],
}

function manifest(): string {
  const object = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', metadata: { name: 'web-ab' }, spec: STANDALONE_EXPERIMENT }
  return `${JSON.stringify(object, undefined, 2)}\n`
}

/** Undefined where it is gone. */
async function statusOf({ name, stage }: Play): Promise<Record<string, unknown> | undefined> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${name}/experiments`
  const { items } = (await stage.api.get(path)) as unknown as { items: (KubeObject & { status?: Record<string, unknown> })[] }
  return items.length === 0 ? undefined : (items[0]?.status ?? {})
}

/** A folder as it is, or one that Kustomize builds: the latter is rendered by Argo CD's API alone. */
const listed = (...files: readonly string[]): Files => ({ 'kustomization.yaml': `${JSON.stringify({ resources: files }, undefined, 2)}\n` })

/** It came with its AnalysisTemplate in a commit that changes nothing else; what was measured fails, and a PR takes both out of Git. */
const standalone = (name: string, list: (...files: readonly string[]) => Files): Scenario => ({
  name,
  notReplayed: 'a recording keeps what Rollouts are rendered as, and no hash of each other object',
  async play(play) {
    const files = canaryFiles(play, 'v1.7.3')
    await play.begin({ ...files, ...list(...Object.keys(files)) })
    const before = await play.untilRollout('as it is', () => true)
    play.stage.metrics.set(play.name, { value: 0.5 })
    const search = analysisTemplate(play.metricUrl(), { name: 'search' })
    const its = { 'experiment.yaml': manifest(), 'search.yaml': search }
    // Syncs that follow each other within what clocks differ are not told apart.
    await play.letPass(11_000)
    await play.commit('Try another search', { ...its, ...list(...Object.keys(files), ...Object.keys(its)) })
    await play.until('the Experiment has failed', async () => (await statusOf(play))?.['phase'] === 'Failed')
    await play.untilCard('the Experiment failed')
    const pull = await play.untilPullRequest()
    assert.equal(pull.title, 'Revert "Try another search"')
    // What comes later and has nothing to do with it stays.
    await play.commit('Note who owns it', { 'README.md': 'Ask the search team.\n' }, { isQuiet: true })
    await play.merge(pull)
    await play.until('Argo CD has pruned it', async () => (await statusOf(play)) === undefined)
    await play.untilCard('Git asks for the failed Experiment no more')
    await play.untilApplication('Synced', 'Healthy')
    const after = await play.untilRollout('as it was', () => true)
    assert.deepEqual([after.currentHash, after.stableHash], [before.currentHash, before.stableHash], 'no Rollout changes by it')
    assert.equal((await play.pullRequests()).length, 1)
  },
})

export const EXPERIMENT_SCENARIOS: readonly Scenario[] = [
  standalone('standalone-experiment-failed', () => ({})),
  standalone('standalone-experiment-kustomize', listed),
]
