import type { Clock } from '../clock.ts'
import type { Accounts } from './accounts.ts'
import type { BareRepository } from './bare-repository.ts'
import type { Webhooks } from './webhooks.ts'

export interface PullRequest {
  number: number
  title: string
  body: string
  state: 'open' | 'closed'
  draft: boolean
  author: string
  /** Branch names in this repository; forks are not simulated. */
  head: string
  base: string
  /** The last commit seen on the head branch; it stays when the branch is gone. */
  headSha: string
  /** The commits it brings, oldest first. */
  commits: string[]
  createdAt: number
  updatedAt: number
  closed?: { at: number; by: string }
  merged?: { at: number; by: string; sha: string }
  labels: string[]
  reviewers: string[]
  teams: string[]
  assignees: string[]
  reviews: Review[]
}

export interface Review {
  id: number
  author: string
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'
  body: string
  at: number
}

export interface Comment {
  id: number
  /** The issue or pull request. */
  number: number
  author: string
  body: string
  createdAt: number
  updatedAt: number
}

export interface CommitStatus {
  sha: string
  context: string
  state: 'pending' | 'success' | 'failure' | 'error'
  description: string
  targetUrl: string | undefined
  author: string
}

/** A deployment, as both forges that have them keep it. */
export interface Deployment {
  id: number
  sha: string
  ref: string
  environment: string
  creator: string
  /** GitHub alone. */
  task: string
  payload: unknown
  isTransient: boolean
  /** Every state, oldest first; GitLab shows the newest. */
  states: { id: number; state: string; description: string; logUrl: string | undefined }[]
}

export interface Repository {
  id: number
  owner: string
  name: string
  git: BareRepository
  pulls: Map<number, PullRequest>
  comments: Comment[]
  /** Labels that exist in the repository, by name. */
  labels: Map<string, { color: string; description: string }>
  /** Every commit status, oldest first. */
  statuses: CommitStatus[]
  deployments: Deployment[]
  /** Branch tips as last looked at, to tell what a push changed. */
  tips: Map<string, string>
  /** Issues and pull requests share one row of numbers. */
  nextNumber: number
}

/** Everything behind the REST routes. */
export interface Forge {
  clock: Clock
  /** Where the forge is reached, without a slash at the end. */
  url: string
  accounts: Accounts
  webhooks: Webhooks
  repositories: Map<string, Repository>
  /** Repositories by the names that they had before. */
  renamed: Map<string, Repository>
  /** Ids of comments and reviews. */
  nextId(): number
}

/** Gives a repository another name; who asks for the old one is told where it is now. */
export function rename(forge: Forge, repository: Repository, name: string): void {
  const before = `${repository.owner}/${repository.name}`
  forge.repositories.delete(before)
  forge.renamed.set(before, repository)
  repository.name = name
  forge.repositories.set(`${repository.owner}/${name}`, repository)
}

let lastId = 0

/** A repository as new on the forge. */
export function newRepository(owner: string, name: string, git: BareRepository): Repository {
  lastId += 1
  return {
    id: lastId,
    owner,
    name,
    git,
    pulls: new Map(),
    comments: [],
    labels: new Map(),
    statuses: [],
    deployments: [],
    tips: new Map(),
    nextNumber: 1,
  }
}
