import { experiment, experimentRun } from './experiment-objects.ts'
import { stamp, type Raw } from './objects.ts'
import type { Server } from './rollout.ts'

export interface ExperimentOptions {
  name?: string
  namespace?: string
  /** `argocd.argoproj.io/tracking-id`; by default that of the Application `shop`. Undefined: a person made it. */
  trackingId?: string | undefined
  annotations?: Readonly<Record<string, string>>
}

/** An Experiment that no Rollout controls, with its runs. */
export interface StagedExperiment {
  readonly uid: string
  objects(): Raw[]
  /** What a watch tells when it is deleted; afterwards there is nothing of it. */
  remove(): Raw
  running(): void
  /** Its analysis ended like that, and so it did. `late`: the run is not seen yet. */
  fail(phase?: 'Failed' | 'Error' | 'Inconclusive' | 'Successful', more?: { value?: string; late?: boolean }): void
  /** Its run is seen by now. */
  showRun(): void
  /** A template did not get its pods ready. */
  exceedDeadline(): void
}

let made = 0

/** See {@link StagedExperiment}. */
export function stageExperiment(server: Server, options: ExperimentOptions = {}): StagedExperiment {
  const { name = 'web-ab', namespace = 'shop' } = options
  const trackingId = 'trackingId' in options ? options.trackingId : `shop:argoproj.io/Experiment:${namespace}/${name}`
  const uid = `experiment-${(made += 1)}`
  const shape = { name, namespace, uid, trackingId, annotations: options.annotations, createdAt: server.now() }
  let status: Raw = { phase: 'Running', templateStatuses: [{ name: 'canary', status: 'Running' }] }
  let run: Raw | undefined
  let isLate = false
  let isGone = false
  const object = (): Raw => experiment({ ...shape, version: server.nextVersion() }, status)
  return {
    uid,
    objects() {
      if (isGone) return []
      return [...(run && !isLate ? [experimentRun({ ...shape, version: server.nextVersion() }, run)] : []), object()]
    },
    remove() {
      isGone = true
      return object()
    },
    running() {
      status = { phase: 'Running', templateStatuses: [{ name: 'canary', status: 'Running' }] }
    },
    fail(phase = 'Failed', { value = '0.42', late = false } = {}) {
      const message = `Metric "success-rate" assessed ${phase} due to failed (1) > failureLimit (0)`
      const metric = { name: 'success-rate', phase, failed: 1, count: 1, measurements: [{ phase, value, finishedAt: stamp(server.now()) }] }
      isLate = late
      run = { phase, message, completedAt: stamp(server.now()), metricResults: [metric] }
      status = { phase, message, analysisRuns: [{ name: 'web', analysisRun: `${name}-web`, phase, message }] }
    },
    showRun() {
      isLate = false
    },
    exceedDeadline() {
      const message = "Template 'canary' exceeded its progressDeadlineSeconds (600)"
      status = { phase: 'Failed', message, templateStatuses: [{ name: 'canary', status: 'Failed', message }] }
    },
  }
}
