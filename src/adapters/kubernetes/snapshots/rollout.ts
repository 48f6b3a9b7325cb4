import { assessRolloutHealth } from '../../../domain/health/health.ts'
import type { RolloutSnapshot } from '../../../domain/rollout/snapshots.ts'
import {
  asItIs,
  CAPS,
  entries,
  type Fields,
  fields,
  identify,
  imagesOf,
  type Intern,
  isObject,
  items,
  number,
  said,
  sharedText,
  text,
  texts,
  time,
  whole,
} from './fields.ts'
import { headerRoutes } from './header-routes.ts'
import { stepPercents } from './step-percents.ts'
import { readSteps } from './steps.ts'

const REVISION = 'rollout.argoproj.io/revision'
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation'

/**
 * The fields of an `argoproj.io/v1alpha1` Rollout, copied out of the object a server sent; undefined for anything without an identity.
 * Never throws. Field meanings: argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`.
 */
export function readRollout(cluster: string, object: unknown, intern: Intern = asItIs): RolloutSnapshot | undefined {
  const identity = identify(object, 'Rollout', intern)
  if (identity === undefined) return undefined
  const { metadata, annotations } = identity
  const spec = fields(fields(object)['spec'])
  const status = fields(fields(object)['status'])
  const strategy = readStrategy(spec, intern)
  const conditions = readConditions(status, intern)
  const generation = whole(metadata['generation']) ?? 0
  const interned = (value: unknown, cap: number = CAPS.name): string | undefined => sharedText(value, cap, intern)
  const blueGreen = fields(status['blueGreen'])
  return {
    cluster,
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    generation,
    createdAt: identity.createdAt,
    deleting: metadata['deletionTimestamp'] !== undefined && metadata['deletionTimestamp'] !== null,
    trackingId: text(annotations['argocd.argoproj.io/tracking-id'], CAPS.url),
    instanceLabel: interned(identity.labels['app.kubernetes.io/instance']),
    settings: entries(annotations, 'kedge.dev/', intern),
    labels: entries(identity.labels, '', intern),
    specReplicas: number(spec['replicas'], 1),
    specPaused: spec['paused'] === true,
    workloadRef: workloadOf(spec),
    images: imagesOf(spec['template'], intern),
    rolloutRevision: whole(annotations[REVISION]),
    observed: isObserved(spec, status, annotations, generation),
    hasStatus: isObject(fields(object)['status']),
    phase: interned(status['phase']),
    message: said(status['message'], intern),
    abort: status['abort'] === true,
    abortedAt: interned(status['abortedAt']),
    abortedAtMs: time(status['abortedAt']),
    currentPodHash: interned(status['currentPodHash']),
    stableRS: interned(status['stableRS']),
    currentStepHash: interned(status['currentStepHash']),
    currentStepIndex: whole(status['currentStepIndex']),
    ...strategy,
    ...(strategy.stepCount > 0 && { steps: readSteps(spec, intern) }),
    ...(strategy.headerRoutes && { analysisNamed: namesAnalysis(fields(status['canary'])) }),
    updatedReplicas: number(status['updatedReplicas'], 0),
    availableReplicas: number(status['availableReplicas'], 0),
    readyReplicas: number(status['readyReplicas'], 0),
    invalidSpec: conditions.invalidSpec,
    progressingReason: conditions.progressingReason,
    progressingMessage: conditions.progressingMessage,
    ...(conditions.healthySince !== undefined && { healthySince: conditions.healthySince }),
    pauseReasons: pauseReasonsOf(status, intern),
    weights: readWeights(fields(status['canary']), intern),
    activeSelector: interned(blueGreen['activeSelector']),
    previewSelector: interned(blueGreen['previewSelector']),
    health: readHealth(object, intern),
  }
}

type Strategy = Pick<RolloutSnapshot, 'strategy' | 'routed' | 'dynamicStableScale' | 'stepCount' | 'stepPercents' | 'headerRoutes'>

function readStrategy(spec: Fields, intern: Intern): Strategy {
  const strategy = fields(spec['strategy'])
  // The controller, too, looks for blue-green first (`AR/rollout/controller.go` reconcile).
  if (isObject(strategy['blueGreen'])) return { strategy: 'blueGreen', routed: false, dynamicStableScale: false, stepCount: 0 }
  if (!isObject(strategy['canary'])) return { strategy: 'none', routed: false, dynamicStableScale: false, stepCount: 0 }
  const canary = fields(strategy['canary'])
  const percents = stepPercents(canary)
  const routes = headerRoutes(canary, intern)
  return {
    strategy: 'canary',
    routed: isObject(canary['trafficRouting']),
    dynamicStableScale: canary['dynamicStableScale'] === true,
    stepCount: Array.isArray(canary['steps']) ? canary['steps'].length : 0,
    ...(percents && { stepPercents: percents }),
    ...(routes && { headerRoutes: routes }),
  }
}

function namesAnalysis(canary: Fields): boolean {
  return ['currentStepAnalysisRunStatus', 'currentBackgroundAnalysisRunStatus'].some((run) => isObject(canary[run]))
}

function pauseReasonsOf(status: Fields, intern: Intern): readonly string[] {
  const reasons = items(status['pauseConditions']).map((pause) => fields(pause)['reason'])
  return texts(reasons, CAPS.name, intern)
}

function workloadOf(spec: Fields): string | undefined {
  const reference = fields(spec['workloadRef'])
  const kind = text(reference['kind'], CAPS.name)
  const name = text(reference['name'], CAPS.name)
  return kind === undefined || name === undefined ? undefined : `${kind}/${name}`
}

/**
 * Whether the controller's status speaks of this very spec. `observedGeneration` is a string and must be equal; with a workloadRef, the
 * referenced generation must be equal too, both absent included (`AC/resource_customizations/argoproj.io/Rollout/health.lua` 60-79).
 */
function isObserved(spec: Fields, status: Fields, annotations: Fields, generation: number): boolean {
  if (status['observedGeneration'] !== String(generation)) return false
  if (!isObject(spec['workloadRef'])) return true
  const observed = status['workloadObservedGeneration']
  return whole(annotations[WORKLOAD_GENERATION]) === whole(observed)
}

type Told = Pick<RolloutSnapshot, 'invalidSpec' | 'progressingReason' | 'progressingMessage' | 'healthySince'>
/** While they are read, one after the other. */
type Conditions = { -readonly [Field in keyof Told]: Told[Field] }

function readConditions(status: Fields, intern: Intern): Told {
  const found: Conditions = { invalidSpec: undefined, progressingReason: undefined, progressingMessage: undefined }
  for (const item of items(status['conditions'], CAPS.entries)) {
    const condition = fields(item)
    const message = said(condition['message'], intern)
    if (condition['type'] === 'InvalidSpec' && condition['status'] === 'True') found.invalidSpec ??= message ?? 'InvalidSpec'
    if (condition['type'] === 'Healthy' && condition['status'] === 'True') {
      const since = time(condition['lastTransitionTime'])
      if (since !== undefined) found.healthySince = since
    }
    if (condition['type'] === 'Progressing' && found.progressingReason === undefined) {
      found.progressingReason = sharedText(condition['reason'], CAPS.name, intern)
      found.progressingMessage = message
    }
  }
  return found
}

function readWeights(canary: Fields, intern: Intern): RolloutSnapshot['weights'] {
  if (!isObject(canary['weights'])) return undefined
  const weights = fields(canary['weights'])
  const canaryWeight = fields(weights['canary'])
  return {
    canaryWeight: number(canaryWeight['weight'], 0),
    canaryHash: sharedText(canaryWeight['podTemplateHash'], CAPS.name, intern),
    stableHash: sharedText(fields(weights['stable'])['podTemplateHash'], CAPS.name, intern),
    experimentWeight: items(weights['additional'], CAPS.entries).reduce<number>((sum, one) => sum + number(fields(one)['weight'], 0), 0),
    verified: typeof weights['verified'] === 'boolean' ? weights['verified'] : undefined,
  }
}

const HEALTHY: RolloutSnapshot['health'] = Object.freeze({ status: 'Healthy', message: '' })

function readHealth(object: unknown, intern: Intern): RolloutSnapshot['health'] {
  const { status, message } = assessRolloutHealth(object)
  if (status === 'Healthy' && message === '') return HEALTHY
  return { status, message: said(message, intern) ?? '' }
}
