import type { HealthVerdict } from '../health/health.ts'

/** Names one Rollout. `cluster` is the name the configuration gives the cluster. */
export interface RolloutRef {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
}

/**
 * The fields of a Rollout that Kedge reads, flat. Field meanings: argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`.
 * Times are epoch milliseconds, except `abortedAt`: it is an identity, kept as the controller wrote it.
 */
export interface RolloutSnapshot extends RolloutRef {
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number
  readonly createdAt: number
  readonly deleting: boolean
  /** `argocd.argoproj.io/tracking-id`, as it is. */
  readonly trackingId: string | undefined
  /** `app.kubernetes.io/instance`. */
  readonly instanceLabel: string | undefined
  /** Annotations below `kedge.dev/`, prefix taken off. */
  readonly settings: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly strategy: 'canary' | 'blueGreen' | 'none'
  /** The canary has a traffic router, so weights (not replica counts) say who serves. */
  readonly routed: boolean
  readonly dynamicStableScale: boolean
  readonly specReplicas: number
  readonly specPaused: boolean
  readonly workloadRef: string | undefined
  /** Images of the pod template in its own spec; none with a `workloadRef`, see `imagesTold`. */
  readonly images: readonly string[]
  /** What its own template's pods carry and are selected by, in plain labels. Read only where Deployments may be listed. */
  readonly pods?:
    | { readonly selector: Readonly<Record<string, string>> | undefined; readonly labels: Readonly<Record<string, string>> }
    | undefined
  /** `rollout.argoproj.io/revision`. */
  readonly rolloutRevision: number | undefined
  /** The controller has seen this very spec: `observedGeneration == generation`, and the workloadRef's likewise. */
  readonly observed: boolean
  readonly hasStatus: boolean
  readonly phase: string | undefined
  readonly message: string | undefined
  readonly abort: boolean
  readonly abortedAt: string | undefined
  /** The same as epoch milliseconds; undefined when it is no time. */
  readonly abortedAtMs: number | undefined
  readonly currentPodHash: string | undefined
  readonly stableRS: string | undefined
  readonly currentStepHash: string | undefined
  readonly currentStepIndex: number | undefined
  readonly stepCount: number
  /** The canary's steps, each as its key and what it says (`setWeight 20`); the first of many. Absent where there are none. */
  readonly steps?: readonly string[]
  /** The canary's weight at each step, in percent; null before one sets it. Absent where none does. */
  readonly stepPercents?: readonly (number | null)[]
  /** Names of the routes by header that lead to the canary at each step. Absent where no step makes one. */
  readonly headerRoutes?: readonly (readonly string[])[]
  /** The status names an analysis of the canary, running or ended. */
  readonly analysisNamed?: boolean
  readonly updatedReplicas: number
  readonly availableReplicas: number
  readonly readyReplicas: number
  /** Message of the InvalidSpec condition, when it is there. */
  readonly invalidSpec: string | undefined
  /** The Progressing condition's reason. */
  readonly progressingReason: string | undefined
  readonly progressingMessage: string | undefined
  /** Since when the controller calls it healthy, by its clock, epoch ms; absent while it does not. */
  readonly healthySince?: number
  readonly pauseReasons: readonly string[]
  readonly weights: RouterWeights | undefined
  readonly activeSelector: string | undefined
  readonly previewSelector: string | undefined
  /** What Argo CD shows for this object with our health check installed. */
  readonly health: HealthVerdict
}

/** What a canary's traffic router was told, `status.canary.weights`. */
export interface RouterWeights {
  readonly canaryWeight: number
  readonly canaryHash: string | undefined
  readonly stableHash: string | undefined
  /** Sum of the weights of a running experiment's pods. */
  readonly experimentWeight: number
  /** Whether the load balancer has taken the weights up; undefined where the controller does not ask. */
  readonly verified: boolean | undefined
}

/** A ReplicaSet of a Rollout: one pod template, in Rollouts' own numbering. */
export interface ReplicaSetSnapshot {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly ownerUid: string
  readonly podTemplateHash: string
  /** `rollout.argoproj.io/revision`; moves when an old template is released again. */
  readonly rolloutRevision: number | undefined
  /** Numbers it had before (`rollout.argoproj.io/revision-history`). */
  readonly formerRevisions: readonly number[]
  readonly createdAt: number
  readonly replicas: number
  readonly availableReplicas: number
  readonly images: readonly string[]
}

export interface Measurement {
  readonly phase: string
  readonly value: string | undefined
  readonly message: string | undefined
  readonly finishedAt: number | undefined
  /** Name of the Job for the job provider. */
  readonly job: string | undefined
}

export interface MetricSnapshot {
  readonly name: string
  readonly phase: string
  readonly message: string | undefined
  readonly dryRun: boolean
  /** Key of `spec.metrics[].provider`: `prometheus`, `web`, `job`, … */
  readonly provider: string
  readonly successCondition: string | undefined
  readonly failureCondition: string | undefined
  readonly failureLimit: string | undefined
  readonly inconclusiveLimit: string | undefined
  readonly consecutiveErrorLimit: string | undefined
  readonly count: number
  readonly failed: number
  readonly inconclusive: number
  readonly error: number
  readonly consecutiveError: number
  /** The newest measurements, oldest first, ten at most. */
  readonly measurements: readonly Measurement[]
}

export interface AnalysisRunSnapshot {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** The controlling Rollout or Experiment. */
  readonly ownerUid: string
  readonly ownerKind: string
  readonly podTemplateHash: string | undefined
  readonly rolloutRevision: number | undefined
  /** `rollout-type` label: Step, Background, PrePromotion, PostPromotion. */
  readonly role: string | undefined
  readonly stepIndex: number | undefined
  readonly createdAt: number
  readonly completedAt: number | undefined
  readonly phase: string
  readonly message: string | undefined
  /** `spec.terminate`: stopped because something else had ended the release. */
  readonly terminated: boolean
  readonly metrics: readonly MetricSnapshot[]
}

export interface ExperimentSnapshot {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** The controlling Rollout; undefined for one that nothing controls. */
  readonly ownerUid: string | undefined
  readonly podTemplateHash: string | undefined
  readonly rolloutRevision: number | undefined
  readonly createdAt: number
  readonly phase: string
  readonly message: string | undefined
  readonly failedTemplates: readonly { readonly name: string; readonly status: string; readonly message: string | undefined }[]
  /** What is read of one that nothing controls besides. */
  readonly own?: StandaloneFields
}

/** Of an Experiment that no Rollout controls: people, or Argo CD, have made it. */
export interface StandaloneFields {
  /** `argocd.argoproj.io/tracking-id`, as it is. */
  readonly trackingId: string | undefined
  /** Annotations below `kedge.dev/`, prefix taken off. */
  readonly settings: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** Its analyses that did not succeed, by its own status: there may be no run of one that could not begin. */
  readonly failedAnalyses: readonly { readonly name: string; readonly phase: string; readonly message: string | undefined }[]
}
