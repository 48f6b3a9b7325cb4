import { analysisTemplate, CANARY, rollout } from '../manifests.ts'
import type { Play } from '../play.ts'
import { mergeAndRestore, releaseThatFails, type Scenario } from '../scenario.ts'

/** Two folders of one repository as two sources of one Application. */
const multiSource: Scenario = {
  name: 'multi-source',
  async play(play) {
    const source = (path: string) => ({ repoURL: play.stage.gitops.cloneUrl, path: `${play.name}/${path}`, targetRevision: 'main' })
    const files = (tag: string) => ({ 'app/rollout.yaml': rollout({ tag, strategy: CANARY }) })
    const rest = { 'rest/analysis.yaml': analysisTemplate(play.metricUrl()) }
    await play.begin({ ...files('v1.7.3'), ...rest }, { spec: { sources: [source('app'), source('rest')] } })
    await releaseThatFails(play, files('v1.8.0'))
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

/** What CI does everywhere: the new tag is one line of kustomization.yaml; the base lies beside the overlay. */
const kustomizeBump: Scenario = {
  name: 'kustomize-image-bump',
  async play(play) {
    const overlay = (tag: string) => ({
      'overlays/prod/kustomization.yaml': `resources:\n- ../../base\nimages:\n- name: registry.example/web\n  newTag: ${tag}\n`,
    })
    const base = {
      'base/kustomization.yaml': 'resources:\n- rollout.yaml\n- analysis.yaml\n',
      'base/rollout.yaml': rollout({ tag: 'v0', strategy: CANARY }),
      'base/analysis.yaml': analysisTemplate(play.metricUrl()),
    }
    const source = { repoURL: play.stage.gitops.cloneUrl, path: `${play.name}/overlays/prod`, targetRevision: 'main' }
    await play.begin({ ...overlay('v1.7.3'), ...base }, { spec: { source } })
    await releaseThatFails(play, overlay('v1.8.0'), { message: 'web: v1.8.0', by: 'ci[bot]' })
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

/** The template is a Deployment's. */
const workloadRef: Scenario = {
  name: 'workload-ref',
  async play(play) {
    await play.begin({
      'deployment.yaml': deployment('v1.7.3'),
      'rollout.yaml': referringRollout(),
      'analysis.yaml': analysisTemplate(play.metricUrl()),
    })
    await releaseThatFails(play, { 'deployment.yaml': deployment('v1.8.0') })
    await play.untilCard(play.name)
    await untilBack(play)
  },
}

async function untilBack(play: Play): Promise<void> {
  const pull = await play.untilPullRequest()
  play.stage.metrics.set(play.name, { value: 0.99 })
  await play.merge(pull)
  await play.untilRollout(
    'N runs again',
    (seen) => !seen.abort && seen.isObserved && seen.stableHash === seen.currentHash && seen.phase === 'Healthy',
  )
  await play.untilApplication('Synced', 'Healthy')
  await play.untilCard('restored')
}

const LABELS = { app: 'web' }

function deployment(tag: string): string {
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: `registry.example/web:${tag}` }] } }
  const spec = { replicas: 0, selector: { matchLabels: LABELS }, template }
  return `${JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }, undefined, 2)}\n`
}

function referringRollout(): string {
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const spec = { replicas: 4, workloadRef: workload, strategy: CANARY }
  return `${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec }, undefined, 2)}\n`
}

export const SOURCE_SCENARIOS: readonly Scenario[] = [multiSource, kustomizeBump, workloadRef]
