import assert from 'node:assert/strict'
import { analysisTemplate, CANARY, rollout } from '../manifests.ts'
import { mergeAndRestore, releaseThatFails, type Scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

/**
 * Argo CD's commit server renders the dry folder into a branch of its own and syncs from there: the way back leads to what people wrote,
 * not to what the next hydration overwrites.
 */
function hydrated(name: string, intoOf: (stage: Stage) => { targetBranch: string; repoURL?: string }): Scenario {
  return {
    name,
    ownOnly: "Argo CD's hydrator and its commit server have to be on",
    async play(play) {
      const { gitops } = play.stage
      const overlay = (tag: string) => ({
        'dry/kustomization.yaml': `resources:\n- rollout.yaml\n- analysis.yaml\nimages:\n- name: registry.example/web\n  newTag: ${tag}\n`,
      })
      const rest = { 'dry/rollout.yaml': rollout({ tag: 'v0', strategy: CANARY }), 'dry/analysis.yaml': analysisTemplate(play.metricUrl()) }
      const sourceHydrator = {
        drySource: { repoURL: gitops.cloneUrl, path: `${play.name}/dry`, targetRevision: gitops.branch },
        syncSource: { ...intoOf(play.stage), path: play.name },
      }
      await play.begin({ ...overlay('v1.7.3'), ...rest }, { spec: { sourceHydrator } })
      const { sha } = await releaseThatFails(play, overlay('v1.8.0'))
      await play.untilCard('v1.8.0')
      const pull = await play.untilPullRequest()
      assert.equal(play.placeOf(pull), gitops)
      assert.equal(pull.base, gitops.branch)
      assert.match(pull.body, new RegExp(sha))
      await mergeAndRestore(play)
    },
  }
}

export const HYDRATED_SCENARIOS: readonly Scenario[] = [
  hydrated('hydrated', () => ({ targetBranch: 'env/prod' })),
  hydrated('hydrated-elsewhere', ({ values }) => ({ targetBranch: 'env/staging', repoURL: values.cloneUrl })),
]
