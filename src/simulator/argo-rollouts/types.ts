import type { KubeObject } from '../kubernetes/object.ts'

/** The parts of a Rollout that the stand-in's controller reads, in the words of its CRD. */
export interface Rollout extends KubeObject {
  spec: RolloutSpec
  status?: RolloutStatus
}

export interface RolloutSpec {
  replicas?: number
  paused?: boolean
  selector: { matchLabels: Record<string, string> }
  template: PodTemplate
  strategy: { canary?: CanaryStrategy; blueGreen?: BlueGreenStrategy }
  /** Seconds; default 600. */
  progressDeadlineSeconds?: number
  progressDeadlineAbort?: boolean
}

export interface PodTemplate {
  metadata?: { labels?: Record<string, string> } & Record<string, unknown>
  spec: { containers: { name: string; image: string; [member: string]: unknown }[] } & Record<string, unknown>
}

export interface CanaryStrategy {
  steps?: CanaryStep[]
  trafficRouting?: unknown
  canaryService?: string
  stableService?: string
  abortScaleDownDelaySeconds?: number
}

export type AnalysisStep = { templates: { templateName: string }[]; args?: { name: string; value?: string }[] }

export interface CanaryStep {
  setWeight?: number
  pause?: { duration?: string | number }
  analysis?: AnalysisStep
  setCanaryScale?: { replicas?: number; weight?: number; matchTrafficWeight?: boolean }
  /** What a router makes of it is the router's; here the step is taken. */
  setHeaderRoute?: { name: string; match?: unknown[] }
}

export interface BlueGreenStrategy {
  activeService: string
  previewService?: string
  autoPromotionEnabled?: boolean
  prePromotionAnalysis?: AnalysisStep
  postPromotionAnalysis?: AnalysisStep
  abortScaleDownDelaySeconds?: number
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  lastTransitionTime: string
  lastUpdateTime: string
}

/** The run in flight, or the one that ended the attempt, as status names it. */
export interface RunSummary {
  name: string
  status: string
  message?: string
}

export interface RolloutStatus {
  phase?: 'Healthy' | 'Degraded' | 'Progressing' | 'Paused'
  message?: string
  /** A string, unlike anywhere else in Kubernetes. */
  observedGeneration?: string
  currentPodHash?: string
  stableRS?: string
  currentStepHash?: string
  currentStepIndex?: number
  abort?: boolean
  abortedAt?: string
  promoteFull?: boolean
  pauseConditions?: { reason: string; startTime: string }[]
  controllerPause?: boolean
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  HPAReplicas?: number
  selector?: string
  canary?: { currentStepAnalysisRunStatus?: RunSummary; weights?: { canary: Weight; stable: Weight } }
  blueGreen?: {
    activeSelector?: string
    previewSelector?: string
    prePromotionAnalysisRunStatus?: RunSummary
    postPromotionAnalysisRunStatus?: RunSummary
  }
  conditions?: Condition[]
}

export interface Weight {
  podTemplateHash: string
  serviceName: string
  weight: number
}

export interface ReplicaSet extends KubeObject {
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: PodTemplate }
  status?: { replicas: number; readyReplicas?: number; availableReplicas?: number; observedGeneration?: number }
}

export type RunPhase = '' | 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive'

export interface Metric {
  name: string
  interval?: string
  count?: number
  failureLimit?: number
  inconclusiveLimit?: number
  consecutiveErrorLimit?: number
  successCondition?: string
  failureCondition?: string
  provider?: Record<string, unknown>
}

export interface Measurement {
  phase: RunPhase
  startedAt: string
  finishedAt: string
  value?: string
  message?: string
}

export interface MetricResult {
  name: string
  phase: RunPhase
  count?: number
  successful?: number
  failed?: number
  inconclusive?: number
  error?: number
  consecutiveError?: number
  consecutiveSuccess?: number
  message?: string
  measurements: Measurement[]
}

export interface AnalysisRun extends KubeObject {
  spec: { metrics: Metric[]; args?: unknown; terminate?: boolean }
  status?: {
    phase: RunPhase
    message?: string
    metricResults?: MetricResult[]
    startedAt?: string
    completedAt?: string
    runSummary?: unknown
    dryRunSummary?: unknown
  }
}

export const REVISION_ANNOTATION = 'rollout.argoproj.io/revision'
export const HASH_LABEL = 'rollouts-pod-template-hash'
