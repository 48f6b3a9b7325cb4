/** Labels, or what a selector wants of them. */
export type Labels = Readonly<Record<string, string>>

/** A Rollout, as far as the way from a Deployment to it is concerned. */
export interface MigratingRollout {
  /** The controller has seen this spec, every step is taken, and it is Healthy. */
  isHealthy: boolean
  /** Why it is not, in the controller's words. */
  message: string | undefined
  available: number
  /** Undefined where it selects by expressions, which are not read here. */
  selector: Labels | undefined
  /** Of its pods; those of the Deployment's template, where it refers to one. */
  labels: Labels
  /** The Deployment that it refers to (`spec.workloadRef`), and what is to become of that one's pods. */
  refersTo: { name: string; scaleDown: string } | undefined
  /** Services that its strategy names. */
  services: readonly string[]
}

export interface MigratingDeployment {
  name: string
  /** `spec.replicas`. */
  wanted: number
  available: number
  /** Undefined where it selects by expressions. */
  selector: Labels | undefined
  /** Of its pods. */
  labels: Labels
}

export interface MigratingService {
  name: string
  /** Undefined where it selects nothing: somebody else writes its endpoints. */
  selector: Labels | undefined
}

export interface MigratingIngress {
  name: string
  /** Services that it leads to. */
  services: readonly string[]
}

/** Both sides of one migration, and what leads to their pods. */
export interface Migration {
  /** Of the Rollout. */
  name: string
  rollout: MigratingRollout | undefined
  /** All of the namespace. */
  deployments: readonly MigratingDeployment[]
  /** All of the namespace; undefined where they may not be read. */
  services: readonly MigratingService[] | undefined
  ingresses: readonly MigratingIngress[] | undefined
}

/**
 * The steps of the way that Argo Rollouts documents (`docs/migrating.md`): the Rollout runs beside the Deployment, both serve, the
 * Deployment is scaled down, and what was only there for the way goes.
 */
export type MigrationStep = 'nothing' | 'not-begun' | 'starting' | 'nobody-serves' | 'both-serve' | 'scaled-down' | 'leftovers' | 'done'

/** One thing to know: what is so, and what to do where there is something. */
export interface Remark {
  says: string
  advice?: string
}

export interface MigrationAt {
  step: MigrationStep
  /** The step, and what is next. */
  now: Remark
  /** What is in the way or was left, beside that. */
  notes: readonly Remark[]
}

/** Whether a selector wants these labels; one that wants nothing matches all. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.entries(selector).every(([name, value]) => labels[name] === value)
}

/** The Deployment that the Rollout takes the place of: the one it refers to, its namesake, or one whose pods are like its own. */
export function deploymentOf({ name, rollout, deployments }: Migration): MigratingDeployment | undefined {
  if (rollout?.refersTo) return deployments.find((one) => one.name === rollout.refersTo?.name)
  return (
    deployments.find((one) => one.name === name) ??
    deployments.find((one) => rollout !== undefined && (selects(rollout.selector, one.labels) || selects(one.selector, rollout.labels)))
  )
}
