import type { AnalysisRunSnapshot, Measurement, MetricSnapshot } from '../../../domain/rollout/snapshots.ts'
import {
  asItIs,
  CAPS,
  controllerOf,
  type Fields,
  fields,
  identify,
  type Intern,
  items,
  number,
  said,
  sharedText,
  text,
  time,
  whole,
} from './fields.ts'

const MEASUREMENTS = 10
const METRICS = 50

/**
 * The fields of an `argoproj.io/v1alpha1` AnalysisRun that a Rollout or an Experiment controls; undefined for any other (somebody's own
 * run). Never throws. Labels: argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go` 838-851.
 */
export function readAnalysisRun(object: unknown, intern: Intern = asItIs): AnalysisRunSnapshot | undefined {
  const identity = identify(object, 'AnalysisRun', intern)
  if (identity === undefined) return undefined
  const owner = controllerOf(identity.metadata, intern)
  if (owner?.kind !== 'Rollout' && owner?.kind !== 'Experiment') return undefined
  const spec = fields(fields(object)['spec'])
  const status = fields(fields(object)['status'])
  const { labels, annotations } = identity
  return {
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    ownerUid: owner.uid,
    ownerKind: owner.kind,
    podTemplateHash: sharedText(labels['rollouts-pod-template-hash'], CAPS.name, intern),
    rolloutRevision: whole(annotations['rollout.argoproj.io/revision']),
    role: sharedText(labels['rollout-type'], CAPS.name, intern),
    stepIndex: whole(labels['step-index']),
    createdAt: identity.createdAt,
    completedAt: time(status['completedAt']),
    phase: intern(text(status['phase'], CAPS.name) ?? ''),
    message: said(status['message'], intern),
    terminated: spec['terminate'] === true,
    metrics: readMetrics(spec, status, intern),
  }
}

// What was asked stands in the spec, what came of it in the status; the name joins them.
function readMetrics(spec: Fields, status: Fields, intern: Intern): readonly MetricSnapshot[] {
  const results = new Map(items(status['metricResults'], METRICS).map((result) => [fields(result)['name'], fields(result)]))
  const metrics: MetricSnapshot[] = []
  for (const item of items(spec['metrics'], METRICS)) {
    const metric = fields(item)
    const name = text(metric['name'], CAPS.short)
    if (name !== undefined) metrics.push(readMetric(intern(name), metric, fields(results.get(name)), intern))
  }
  return metrics
}

function readMetric(name: string, metric: Fields, result: Fields, intern: Intern): MetricSnapshot {
  const interned = (value: unknown, cap: number = CAPS.short): string | undefined => sharedText(value, cap, intern)
  return {
    name,
    phase: intern(text(result['phase'], CAPS.name) ?? ''),
    message: said(result['message'], intern),
    dryRun: result['dryRun'] === true,
    provider: intern(Object.keys(fields(metric['provider']))[0]?.slice(0, CAPS.name) ?? ''),
    successCondition: interned(metric['successCondition']),
    failureCondition: interned(metric['failureCondition']),
    failureLimit: limit(metric['failureLimit'], intern),
    inconclusiveLimit: limit(metric['inconclusiveLimit'], intern),
    consecutiveErrorLimit: limit(metric['consecutiveErrorLimit'], intern),
    count: number(result['count'], 0),
    failed: number(result['failed'], 0),
    inconclusive: number(result['inconclusive'], 0),
    error: number(result['error'], 0),
    consecutiveError: number(result['consecutiveError'], 0),
    measurements: readMeasurements(result['measurements'], intern),
  }
}

// intstr.IntOrString
function limit(value: unknown, intern: Intern): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? intern(String(value)) : sharedText(value, CAPS.short, intern)
}

function readMeasurements(value: unknown, intern: Intern): readonly Measurement[] {
  if (!Array.isArray(value)) return []
  return value.slice(-MEASUREMENTS).map((item): Measurement => {
    const measurement = fields(item)
    return {
      phase: intern(text(measurement['phase'], CAPS.name) ?? ''),
      value: said(measurement['value'], intern, CAPS.url),
      message: said(measurement['message'], intern),
      finishedAt: time(measurement['finishedAt']),
      // Key of `metricproviders/job/job.go`.
      job: text(fields(measurement['metadata'])['job-name'], CAPS.name),
    }
  })
}
