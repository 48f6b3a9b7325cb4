import type { HealthVerdict } from '../health/health.ts'

/** Names one Rollout. `cluster` is the name the configuration gives the cluster. */
export interface RolloutRef {
  cluster: string
  namespace: string
  name: string
}

/**
 * The fields of a Rollout that Kedge reads, flat. Field meanings: argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`.
 * Times are epoch milliseconds, except `abortedAt`: it is an identity, kept as the controller wrote it.
 */
export interface RolloutSnapshot extends RolloutRef {
  uid: string
  resourceVersion: string
  generation: number
  createdAt: number
  deleting: boolean
  /** `argocd.argoproj.io/tracking-id`, as it is. */
  trackingId: string | undefined
  /** `app.kubernetes.io/instance`. */
  instanceLabel: string | undefined
  /** Annotations below `kedge.dev/`, prefix taken off. */
  settings: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  strategy: 'canary' | 'blueGreen' | 'none'
  /** The canary has a traffic router, so weights (not replica counts) say who serves. */
  routed: boolean
  dynamicStableScale: boolean
  specReplicas: number
  specPaused: boolean
  workloadRef: string | undefined
  /** Images of the pod template in its own spec; none with a `workloadRef`, see `imagesTold`. */
  images: readonly string[]
  /** What its own template's pods carry and are selected by, in plain labels. Read only where Deployments may be listed. */
  pods?: { selector: Readonly<Record<string, string>> | undefined; labels: Readonly<Record<string, string>> } | undefined
  /** `rollout.argoproj.io/revision`. */
  rolloutRevision: number | undefined
  /** The controller has seen this very spec: `observedGeneration == generation`, and the workloadRef's likewise. */
  observed: boolean
  hasStatus: boolean
  phase: string | undefined
  message: string | undefined
  abort: boolean
  abortedAt: string | undefined
  /** The same as epoch milliseconds; undefined when it is no time. */
  abortedAtMs: number | undefined
  currentPodHash: string | undefined
  stableRS: string | undefined
  currentStepHash: string | undefined
  currentStepIndex: number | undefined
  stepCount: number
  /** The canary's steps, each as its key and what it says (`setWeight 20`); the first of many. Absent where there are none. */
  steps?: readonly string[]
  /** The canary's weight at each step, in percent; null before one sets it. Absent where none does. */
  stepPercents?: readonly (number | null)[]
  /** Names of the routes by header that lead to the canary at each step. Absent where no step makes one. */
  headerRoutes?: readonly (readonly string[])[]
  /** The status names an analysis of the canary, running or ended. */
  analysisNamed?: boolean
  updatedReplicas: number
  availableReplicas: number
  readyReplicas: number
  /** Message of the InvalidSpec condition, when it is there. */
  invalidSpec: string | undefined
  /** The Progressing condition's reason. */
  progressingReason: string | undefined
  progressingMessage: string | undefined
  /** Since when the controller calls it healthy, by its clock, epoch ms; absent while it does not. */
  healthySince?: number
  pauseReasons: readonly string[]
  weights: RouterWeights | undefined
  activeSelector: string | undefined
  previewSelector: string | undefined
  /** What Argo CD shows for this object with our health check installed. */
  health: HealthVerdict
}

/** What a canary's traffic router was told, `status.canary.weights`. */
export interface RouterWeights {
  canaryWeight: number
  canaryHash: string | undefined
  stableHash: string | undefined
  /** Sum of the weights of a running experiment's pods. */
  experimentWeight: number
  /** Whether the load balancer has taken the weights up; undefined where the controller does not ask. */
  verified: boolean | undefined
}

/** A ReplicaSet of a Rollout: one pod template, in Rollouts' own numbering. */
export interface ReplicaSetSnapshot {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  ownerUid: string
  podTemplateHash: string
  /** `rollout.argoproj.io/revision`; moves when an old template is released again. */
  rolloutRevision: number | undefined
  /** Numbers it had before (`rollout.argoproj.io/revision-history`). */
  formerRevisions: readonly number[]
  createdAt: number
  replicas: number
  availableReplicas: number
  images: readonly string[]
}

export interface Measurement {
  phase: string
  value: string | undefined
  message: string | undefined
  finishedAt: number | undefined
  /** Name of the Job for the job provider. */
  job: string | undefined
}

export interface MetricSnapshot {
  name: string
  phase: string
  message: string | undefined
  dryRun: boolean
  /** Key of `spec.metrics[].provider`: `prometheus`, `web`, `job`, … */
  provider: string
  successCondition: string | undefined
  failureCondition: string | undefined
  failureLimit: string | undefined
  inconclusiveLimit: string | undefined
  consecutiveErrorLimit: string | undefined
  count: number
  failed: number
  inconclusive: number
  error: number
  consecutiveError: number
  /** The newest measurements, oldest first, ten at most. */
  measurements: readonly Measurement[]
}

export interface AnalysisRunSnapshot {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  /** The controlling Rollout or Experiment. */
  ownerUid: string
  ownerKind: string
  podTemplateHash: string | undefined
  rolloutRevision: number | undefined
  /** `rollout-type` label: Step, Background, PrePromotion, PostPromotion. */
  role: string | undefined
  stepIndex: number | undefined
  createdAt: number
  completedAt: number | undefined
  phase: string
  message: string | undefined
  /** `spec.terminate`: stopped because something else had ended the release. */
  terminated: boolean
  metrics: readonly MetricSnapshot[]
}

export interface ExperimentSnapshot {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  /** The controlling Rollout; undefined for one that nothing controls. */
  ownerUid: string | undefined
  podTemplateHash: string | undefined
  rolloutRevision: number | undefined
  createdAt: number
  phase: string
  message: string | undefined
  failedTemplates: readonly { name: string; status: string; message: string | undefined }[]
  /** What is read of one that nothing controls besides. */
  own?: StandaloneFields
}

/** Of an Experiment that no Rollout controls: people, or Argo CD, have made it. */
export interface StandaloneFields {
  /** `argocd.argoproj.io/tracking-id`, as it is. */
  trackingId: string | undefined
  /** Annotations below `kedge.dev/`, prefix taken off. */
  settings: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  /** Its analyses that did not succeed, by its own status: there may be no run of one that could not begin. */
  failedAnalyses: readonly { name: string; phase: string; message: string | undefined }[]
}
