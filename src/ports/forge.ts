import type { DeploymentState } from '../domain/announce/deployment.ts'
import type { CommitSha } from '../domain/application/commit.ts'
import type { ErrorCode } from '../domain/errors.ts'
import type { PullRequestPeople } from '../domain/people.ts'
import type { Person } from '../domain/revert/commit-rules.ts'
import type { Markup } from '../domain/words/markdown.ts'
import type { ChangedFile, GitCredentials } from './git.ts'

export interface PullRequest {
  number: number
  url: string
  state: 'open' | 'closed' | 'merged'
  branch: string
  headSha: string
  base: string
  body: string
  author: string
  mergeCommit: string | undefined
  labels: readonly string[]
}

/** What stands beside a commit under one name. The newest of a context counts. */
export interface CommitStatus {
  /** Its name, `kedge/…`. */
  context: string
  state: 'pending' | 'success' | 'failure' | 'error'
  /** Plain text on one line; what a forge does not take of it is cut. */
  description: string
  /** Where there is more about it. */
  url?: string | undefined
}

/** One release in one environment, as a forge is to show it. */
export interface Deployment {
  environment: string
  commit: CommitSha
  /** The branch that the commit came by. */
  branch: string
  /** What it is found by for ever, where the forge keeps such a thing: a word without blanks. */
  marker: string
  state: DeploymentState
  /** Plain text on one line; what a forge does not take of it is cut. */
  description: string
  /** Where there is more about it. */
  url?: string | undefined
}

/** What is known of a deployment already. */
export interface KnownDeployment {
  /** Its number, where that is known. */
  number: number | undefined
  /** Numbers of others in the same environment. */
  others: readonly number[]
}

/** The deployment's number, where there is one by now, and why, in a sentence, where the forge refuses something of it for good. */
export interface DeploymentShown {
  number?: number
  refusal?: string
}

export interface PullRequestRequest {
  branch: string
  base: string
  title: string
  body: string
}

/** A branch with one commit, to be made by the forge. */
export interface ForgeCommitRequest {
  branch: string
  /** The commit that it is to sit on, which the forge has. */
  parent: CommitSha
  message: string
  /** Undefined: whomever the forge takes. Not every forge lets others be named. */
  author: Person | undefined
  files: readonly ChangedFile[]
}

/**
 * Answers that no later try changes, for what may be left undone, until a person grants the right (404 where a forge hides what it
 * refuses), brings back what is not there, or changes what does not fit.
 */
export const FORGE_REFUSALS: readonly ErrorCode[] = ['E_FORGE_FORBIDDEN', 'E_FORGE_NOT_FOUND', 'E_FORGE_REJECTED']

/**
 * The pull requests of one repository. All methods throw KedgeError E_FORGE_* for faults.
 * Promises no order of lists beyond what is said, and no read of its own writes.
 */
export interface Forge extends VendorForge {
  /** How text from outside is written into a body here. */
  readonly markup: Markup
}

/** A {@link Forge} as its vendor opens it: what holds for all of a kind stands in its manifest. */
export interface VendorForge {
  /** Every PR with this head branch, in any state, newest first. */
  findByBranch(branch: string): Promise<readonly PullRequest[]>
  get(number: number): Promise<PullRequest>
  /** The newest open PRs to this branch, of whomever, some 30 at most: no drafts, and none of which a fork holds the branch. */
  listOpen(base: string): Promise<readonly PullRequest[]>
  /**
   * Makes a branch with one commit, by which the forge signs it where it signs commits of its own. Create-only: undefined where there is
   * such a branch already. Neither the tree nor the parent is promised: who asked has to look. Where it fails half-way, the branch may be
   * left at the parent.
   * @throws KedgeError E_FORGE_COMMIT where the forge has no words for one of the changes, E_FORGE_*
   */
  commit(request: ForgeCommitRequest): Promise<CommitSha | undefined>
  /** Opens the PR; when the forge says that the branch has an open one, that one is returned. */
  open(request: PullRequestRequest): Promise<PullRequest>
  updateBody(number: number, body: string): Promise<void>
  /** Writes the comment of Kedge's own account that carries this marker, once, or brings it up to date. Ended PRs take it, too. */
  comment(number: number, marker: string, text: string): Promise<void>
  /**
   * Whether it was Kedge's own account that closed a PR, having commented with this marker, by the forge's own record of who did; undefined
   * where it has commented, and the forge does not say.
   */
  hasClosed(number: number, marker: string): Promise<boolean | undefined>
  close(number: number): Promise<void>
  /** Sets what can be set; what cannot comes back as sentences and costs nothing. */
  decorate(number: number, decoration: { labels: readonly string[]; reviewers: readonly string[] }): Promise<readonly string[]>
  /** The merged PR through which a commit came to the base branch, with the people on it; undefined when unknown. */
  introducedBy(commit: CommitSha): Promise<SourcePullRequest | undefined>
  /**
   * Who wrote, approved and merged a PR, in any state. Approvals that may not be read are none, and why is a sentence of the answer
   * (`unread`).
   */
  peopleOn(number: number): Promise<PullRequestPeople>
  commitUrl(commit: CommitSha): string
  /** The newest status of a context on a commit; undefined without one, or where it may not be read. */
  statusOf(commit: CommitSha, context: string): Promise<CommitStatus | undefined>
  /**
   * Sets it. Where the forge refuses for good (no right to, no such commit), why comes back as a sentence, and costs nothing; undefined
   * where it is set.
   */
  setStatus(commit: CommitSha, status: CommitStatus): Promise<string | undefined>
  /**
   * Makes a deployment once, looking for it first, and brings its state up to date. Not every forge has a state or words for all: what it
   * cannot say is left as it is. A forge that has no deployments says so as a refusal.
   */
  deploy(deployment: Deployment, known: KnownDeployment): Promise<DeploymentShown>
}

/** A bot that wrote one is never asked for a review, see `decorate`. */
export interface SourcePullRequest extends PullRequestPeople {
  number: number
  url: string
}

/**
 * What a forge takes from one account within a time; it refuses what is more. `content`: requests that make or change something.
 * `comments`: those of them that write a comment.
 */
export interface ForgeLimit {
  of: 'content' | 'comments'
  withinMs: number
  most: number
}

/** What Git shows for itself and the metrics ask, beside the pull requests. */
export interface HostedForges extends Forges, Hosting {
  /** Under which address a repository is reached by now. Absent where none is ever renamed. */
  addressNow?(repoURL: string): string
}

/** {@link HostedForges} of one entry, as their vendor opens them. */
export interface VendorForges extends Hosting {
  /** @throws KedgeError E_FORGE_UNSUPPORTED for a host without one, E_REPOSITORY_NOT_ALLOWED */
  forRepository(repoURL: string): VendorForge
  /** The clone URL of the repository of this name there (`owner/name`). Absent where none is ever renamed. */
  addressOf?(name: string): string
}

interface Hosting {
  /**
   * The credential with which Git may reach a repository; undefined where none is configured for its host. `rejected` is a password
   * that was refused: never that one again, where there can be another.
   * @throws KedgeError E_REPOSITORY_NOT_ALLOWED, E_FORGE_*
   */
  credentialsFor(repoURL: string, rejected?: string): Promise<GitCredentials | undefined>
  /** Requests left of each host's limit, as its newest answer said. Hosts not asked yet are missing. */
  rateLimitRemaining(): ReadonlyMap<string, number>
}

/** @throws KedgeError E_FORGE_UNSUPPORTED for a host without one, E_REPOSITORY_NOT_ALLOWED */
export interface Forges {
  forRepository(repoURL: string): Forge
}
