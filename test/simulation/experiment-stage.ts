import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { ExperimentOptions } from './experiment.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

export const MINUTE = 60_000
export const KEY = 'experiment:web-ab'
export const FILE = 'apps/web/experiment.yaml'

/** A manifest of an object of Argo's, without a namespace. */
export function argo(kind: string, name: string, spec: unknown): string {
  return `${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec })}\n`
}

/** The Experiment of Git, as a file. */
export function experimentFile(duration = '20m', ...templates: readonly string[]): string {
  const analyses = templates.map((templateName) => ({ name: templateName, templateName }))
  return argo('Experiment', 'web-ab', { duration, templates: [{ name: 'canary' }], analyses })
}

/** A stage on which an Experiment beside the Rollout was made by a sync. */
export type ExperimentStage = RunningStage & { experiment: ReturnType<RunningStage['addExperiment']>; asked: CommitSha }

/** A commit brings these files, its sync the Experiment; it has not ended. `before`: right before that. */
export async function runExperiment(
  files: Readonly<Record<string, string>> = { [FILE]: experimentFile() },
  options: StageOptions = {},
  more: {
    given?: ExperimentOptions
    before?: (stage: RunningStage) => void | Promise<void>
    message?: string
    /** Its sync does not come to an end. */
    isUnderWay?: boolean
  } = {},
): Promise<ExperimentStage> {
  const stage = await createRunningStage(options)
  await more.before?.(stage)
  const asked = stage.commit(files, more.message ?? 'try another search')
  if (more.isUnderWay) stage.app.begin(asked)
  else stage.app.sync(asked)
  const experiment = stage.addExperiment(more.given)
  await stage.show()
  await stage.advance(MINUTE)
  return Object.assign(stage, { experiment, asked })
}

/** It fails by its analysis, and Kedge has its time. */
export async function fail(stage: ExperimentStage): Promise<void> {
  stage.experiment.fail()
  await stage.show()
  await stage.advance(MINUTE)
}

/** The first PR is merged, and Git's host says so. */
export async function merge(stage: RunningStage): Promise<CommitSha> {
  const merged = stage.merge(1)
  await stage.pushed()
  await stage.advance(5_000)
  return merged
}

/** What stands in the way of a PR: its check, and the words of it. */
export function refusal(stage: RunningStage): string {
  const failed = stage
    .failed()
    .find(({ rollout }) => rollout === KEY)
    ?.decision?.checks.find(({ outcome }) => outcome === 'failed')
  return `${failed?.id}: ${failed?.detail}`
}

/** Kedge is away for that long, which costs no polls, and is back for a minute. */
export async function skip(stage: RunningStage, ms: number): Promise<void> {
  await stage.stop()
  await stage.advance(ms)
  await stage.restart()
  await stage.advance(MINUTE)
}

/** A stage on which Git brings an Experiment beside the Rollout, by a file of which nothing can be rendered. */
export const createExperimentStage = (options: StageOptions = {}, given: ExperimentOptions = {}): Promise<ExperimentStage> =>
  runExperiment({ [FILE]: 'kind: Experiment\n' }, options, { given })
