import type { ExperimentSnapshot, StandaloneFields } from '../../../domain/rollout/snapshots.ts'
import { asItIs, CAPS, controllerOf, entries, type Fields, fields, identify, type Intern, items, said, text, whole } from './fields.ts'

const FAILED = new Set(['Failed', 'Error'])

/**
 * The fields of an `argoproj.io/v1alpha1` Experiment that a Rollout controls, or nothing does; undefined for any other. Never throws.
 * Labels and annotations: argo-rollouts `rollout/experiment.go`; status: `experiments/experiment.go`.
 */
export function readExperiment(object: unknown, intern: Intern = asItIs): ExperimentSnapshot | undefined {
  const identity = identify(object, 'Experiment', intern)
  if (identity === undefined) return undefined
  const owner = controllerOf(identity.metadata, intern)
  if (owner !== undefined && owner.kind !== 'Rollout') return undefined
  const status = fields(fields(object)['status'])
  return {
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    ownerUid: owner?.uid,
    podTemplateHash: text(identity.labels['rollouts-pod-template-hash'], CAPS.name),
    rolloutRevision: whole(identity.annotations['rollout.argoproj.io/revision']),
    createdAt: identity.createdAt,
    phase: intern(text(status['phase'], CAPS.name) ?? ''),
    message: said(status['message'], intern),
    failedTemplates: readFailedTemplates(status['templateStatuses'], intern),
    ...(owner === undefined && { own: readOwn(identity, status, intern) }),
  }
}

function readOwn({ annotations, labels }: { annotations: Fields; labels: Fields }, status: Fields, intern: Intern): StandaloneFields {
  return {
    trackingId: text(annotations['argocd.argoproj.io/tracking-id'], CAPS.name),
    settings: entries(annotations, 'kedge.dev/', intern),
    labels: entries(labels, '', intern),
    failedAnalyses: items(status['analysisRuns'], CAPS.entries).flatMap((item) => {
      const analysis = fields(item)
      const phase = text(analysis['phase'], CAPS.name)
      if (phase === undefined || !FAILED.has(phase)) return []
      return [{ name: text(analysis['name'], CAPS.name) ?? '', phase: intern(phase), message: said(analysis['message'], intern) }]
    }),
  }
}

function readFailedTemplates(value: unknown, intern: Intern): ExperimentSnapshot['failedTemplates'] {
  const failed: { name: string; status: string; message: string | undefined }[] = []
  for (const item of items(value, CAPS.entries)) {
    const template = fields(item)
    const status = text(template['status'], CAPS.name)
    if (status === undefined || !FAILED.has(status)) continue
    failed.push({ name: text(template['name'], CAPS.name) ?? '', status: intern(status), message: said(template['message'], intern) })
  }
  return failed
}
