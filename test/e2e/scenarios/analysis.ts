import { pause, rollout, setWeight } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, expectNoticeOnly, mergeAndRestore, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'

/** Background analysis runs beside the steps. */
const background: Scenario = {
  name: 'background-analysis-failed',
  async play(play) {
    const strategy = {
      canary: { analysis: { templates: [{ templateName: 'web' }], startingStep: 1 }, steps: [setWeight(25), pause('20s')] },
    }
    await failAndRestore(play, strategy)
  },
}

export const EXPERIMENT = {
  canary: {
    steps: [
      {
        experiment: {
          duration: '20s',
          templates: [{ name: 'canary', specRef: 'canary' }],
          analyses: [{ name: 'web', templateName: 'web', requiredForCompletion: true }],
        },
      },
      setWeight(50),
    ],
  },
}

/** The analysis belongs to an Experiment, which runs the new version apart from the traffic. */
const experiment: Scenario = {
  name: 'experiment-failed',
  async play(play) {
    await failAndRestore(play, EXPERIMENT)
  },
}

async function failAndRestore(play: Play, strategy: Record<string, unknown>): Promise<void> {
  await play.begin(canaryFiles(play, 'v1.7.3', { strategy }))
  await releaseThatFails(play, canaryFiles(play, 'v1.8.0', { strategy }))
  await play.untilCard('v1.8.0')
  await mergeAndRestore(play)
}

/** The FAQ's canary with a Job for its check, of whose image the Rollout names the tag. */
function jobFiles(): { template: string; files: (tag: string, check: string) => Record<string, string> } {
  const pod = { restartPolicy: 'Never', containers: [{ name: 'check', image: 'registry.example/check:{{args.tag}}' }] }
  const metric = { name: 'smoke-test', provider: { job: { spec: { backoffLimit: 0, template: { spec: pod } } } } }
  const template = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'web' },
    spec: { args: [{ name: 'tag' }], metrics: [metric] },
  }
  return {
    template: `${JSON.stringify(template, undefined, 2)}\n`,
    // The tag comes with the Rollout: a template that changes in the same commit may be applied too late for the run.
    files(tag, check) {
      const step = { analysis: { templates: [{ templateName: 'web' }], args: [{ name: 'tag', value: check }] } }
      return { 'rollout.yaml': rollout({ tag, strategy: { canary: { steps: [setWeight(25), step, pause('1s')] } } }) }
    },
  }
}

const JOBS_END = "its Jobs end as the bench's kubelet lets them"

/** The check is a Job, which fails for the new version. */
const job: Scenario = {
  name: 'job-analysis-failed',
  ownOnly: JOBS_END,
  async play(play) {
    const { template, files } = jobFiles()
    await play.begin({ ...files('v1.7.3', 'v1'), 'analysis.yaml': template })
    await play.commit('Release web v1.8.0', files('v1.8.0', 'v2-bad'))
    await untilAborted(play)
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

/** The image of the check cannot be pulled: since Rollouts 1.10 that is inconclusive, and says nothing against the new version. */
const jobNeverStarts: Scenario = {
  name: 'job-image-missing',
  ownOnly: JOBS_END,
  async play(play) {
    const { template, files } = jobFiles()
    await play.begin({ ...files('v1.7.3', 'v1'), 'analysis.yaml': template })
    await play.commit('Release web v1.8.0', files('v1.8.0', 'v2-missing'))
    await play.untilRollout('paused', (seen) => seen.phase === 'Paused' && seen.message === 'InconclusiveAnalysisRun')
    await play.untilCard('a person has to decide')
    await play.untilCard('Back-off pulling image')
    await play.patchStatus({ abort: true })
    await untilAborted(play)
    await expectNoticeOnly(play, 'v1.8.0')
  },
}

export const ANALYSIS_SCENARIOS: readonly Scenario[] = [background, experiment, job, jobNeverStarts]
