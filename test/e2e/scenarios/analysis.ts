import { analysis, pause, rollout, setWeight } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'

/** Background analysis runs beside the steps. */
const background: Scenario = {
  name: 'background-analysis-failed',
  async play(play) {
    const strategy = { canary: { analysis: { templates: [{ templateName: 'web' }], startingStep: 1 }, steps: [setWeight(25), pause('20s')] } }
    await failAndRestore(play, strategy)
  },
}

/** The analysis belongs to an Experiment, which runs the new version apart from the traffic. */
const experiment: Scenario = {
  name: 'experiment-failed',
  async play(play) {
    const step = { experiment: { duration: '20s', templates: [{ name: 'canary', specRef: 'canary' }], analyses: [{ name: 'web', templateName: 'web', requiredForCompletion: true }] } }
    await failAndRestore(play, { canary: { steps: [step, setWeight(50)] } })
  },
}

async function failAndRestore(play: Play, strategy: Record<string, unknown>): Promise<void> {
  await play.begin(canaryFiles(play, 'v1.7.3', { strategy }))
  await releaseThatFails(play, canaryFiles(play, 'v1.8.0', { strategy }))
  await play.untilCard('v1.8.0')
  await mergeAndRestore(play)
}

/** The check is a Job, which fails for the new version. */
const job: Scenario = {
  name: 'job-analysis-failed',
  async play(play) {
    const template = (tag: string) => {
      const pod = { restartPolicy: 'Never', containers: [{ name: 'check', image: `registry.example/check:${tag}` }] }
      const metric = { name: 'smoke-test', provider: { job: { spec: { backoffLimit: 0, template: { spec: pod } } } } }
      return `${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'web' }, spec: { metrics: [metric] } }, undefined, 2)}\n`
    }
    const strategy = { canary: { steps: [setWeight(25), analysis(), pause('1s')] } }
    await play.begin({ 'rollout.yaml': rollout({ tag: 'v1.7.3', strategy }), 'analysis.yaml': template('good') })
    await play.commit('Release web v1.8.0', { 'rollout.yaml': rollout({ tag: 'v1.8.0', strategy }), 'analysis.yaml': template('bad-bad') })
    await untilAborted(play)
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

export const ANALYSIS_SCENARIOS: readonly Scenario[] = [background, experiment, job]
