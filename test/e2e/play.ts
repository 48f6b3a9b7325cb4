import type { PullRequest } from '../../src/simulator/github/forge.ts'
import type { Files } from './manifests.ts'
import type { Place, Stage } from './stage.ts'
import type { RolloutView } from './views.ts'

/** A commit that reached the branch, with its time. */
export interface Landed {
  at: number
  sha: string
  message: string
  place: Place
}

export interface CommitChoice {
  /** Default ada. */
  by?: string
  /** Default the GitOps repository. */
  place?: Place
  /** Argo CD is not told of it: it is synced with what comes next. */
  isQuiet?: boolean
}

/** Kedge's own speed in one scenario, milliseconds after the API server told of the failure. */
export interface Latencies {
  notice?: number
  pullRequest?: number
  /** From the merge until N is back. */
  restored?: number
}

export interface ApplicationChoice {
  namespace?: string
  spec?: Record<string, unknown>
}

/** What people do in one scenario, and what they look at. The scenario's name is the namespace, the Application and the folder in Git. */
export interface Play {
  readonly name: string
  readonly stage: Stage
  readonly startedAt: number
  readonly steps: readonly { at: number; what: string }[]
  readonly landed: readonly Landed[]
  readonly latencies: Latencies
  /** Notes a step, for the table and the recording. */
  step(this: void, what: string): void
  /** Commits files of the application's folder and tells Argo CD. */
  commit(message: string, files: Files, choice?: CommitChoice): Promise<string>
  createApplication(choice?: ApplicationChoice): Promise<void>
  refresh(): Promise<void>
  /** What a person changes in the Application's spec. */
  patchApplication(spec: Record<string, unknown>): Promise<void>
  metricUrl(): string
  untilRollout(what: string, holds: (rollout: RolloutView) => boolean, choice?: { name?: string; timeoutMs?: number }): Promise<RolloutView>
  untilApplication(sync: string, health: string, timeoutMs?: number): Promise<void>
  /** First commit, Application, Healthy; then time for Kedge to have seen it. */
  begin(files: Files, choice?: ApplicationChoice): Promise<string>
  /** What a person does with kubectl or the page: a patch of the Rollout's status. */
  patchStatus(status: Record<string, unknown>, name?: string): Promise<void>
  /** The Rollout aborted or failed at this time: Kedge's latencies count from here. */
  failedAt(at: number): void
  /** Kedge's open PR for this folder, once a person has had the time to read it. */
  untilPullRequest(): Promise<PullRequest>
  pullRequests(): Promise<readonly PullRequest[]>
  /** Where a pull request is. */
  placeOf(pull: PullRequest): Place
  /** Merges on the forge, as a person, and tells Argo CD, unless it is not to be told yet. */
  merge(pull: PullRequest, choice?: { isTold: boolean }): Promise<void>
  /** Kedge closes it; nobody merges it. */
  untilClosed(pull: PullRequest): Promise<void>
  /** Text of Kedge's card of the newest release here, once it says what is asked for. */
  untilCard(includes: string, timeoutMs?: number): Promise<string>
  cards(): readonly string[]
  /** Waits for anything else. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>
  /** Lets Kedge have the time in which it must not do something. */
  letPass(ms: number): Promise<void>
  /** Takes Application and namespace away. */
  leave(): Promise<void>
}
