import { z } from 'zod'
import type { PullRequest } from '../../../ports/forge.ts'
import type { RestClient } from '../http/client.ts'

/** The fields of GitLab's answers that Kedge uses, and nothing else. Vendor shapes stop here. */

export const Account = z.object({ id: z.number().int(), username: z.string().min(1) })
export type Account = z.infer<typeof Account>

export const MergeRequest = z.object({
  iid: z.number().int().positive(),
  web_url: z.string(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  draft: z.boolean().nullish(),
  description: z.string().nullish(),
  author: Account.nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().int().nullish(),
  target_project_id: z.number().int(),
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
  reviewers: z.array(Account).nullish(),
  merge_user: Account.nullish(),
  // Before GitLab 14.7.
  merged_by: Account.nullish(),
})
export type MergeRequest = z.infer<typeof MergeRequest>

/** A comment. What GitLab itself notes is one, too, and says so. */
export const Note = z.object({ id: z.number().int(), body: z.string(), author: Account.nullish(), system: z.boolean().nullish() })
export type Note = z.infer<typeof Note>

export const StateEvent = z.object({ state: z.string(), user: Account.nullish() })

export const Approvals = z.object({ approved_by: z.array(z.object({ user: Account.nullish() })).nullish() })

/** One project on GitLab, and who Kedge is there. */
export interface GitLabProject {
  client: RestClient
  /** Where its API is, below that of the forge. */
  path: string
  /** Its page, without a slash at the end. */
  webUrl: string
  /** The account that the token belongs to; that of a project or a group is a bot of its own. @throws KedgeError E_FORGE_* */
  me: () => Promise<Account>
}

/** GitLab's own name for accounts that are gone. */
const GHOST = 'ghost'

/** A merge request as the port shows it. One that is `locked` is being merged. */
export function toPullRequest(resource: MergeRequest): PullRequest {
  return {
    number: resource.iid,
    url: resource.web_url,
    state: resource.state === 'opened' || resource.state === 'locked' ? 'open' : resource.state,
    branch: resource.source_branch,
    headSha: resource.sha ?? '',
    base: resource.target_branch,
    body: resource.description ?? '',
    author: usernameOf(resource.author),
    mergeCommit: resource.state === 'merged' ? mergeCommitOf(resource) : undefined,
    labels: resource.labels ?? [],
  }
}

/** What came to the base branch: a merge, what it was squashed into, or, fast-forwarded, the head itself. */
export function mergeCommitOf(resource: MergeRequest): string | undefined {
  return resource.merge_commit_sha ?? resource.squash_commit_sha ?? resource.sha ?? undefined
}

/** The name of an account; `ghost` when it was deleted. */
export function usernameOf(account: Account | null | undefined): string {
  return account?.username ?? GHOST
}

/** Whether an account is no person, by the names that GitLab gives: bots of tokens, service accounts, its own helpers, who is gone. */
export function isBot(username: string): boolean {
  return /^(?:(?:project|group)_\d+_bot|service_account_|ghost\d*$|alert-bot|support-bot|security-bot|visual-review-bot)|\[bot\]$/i.test(
    username,
  )
}

/** Whether a merge request is from a branch of the project itself, and not of a fork. */
export function isOwnBranch(resource: MergeRequest): boolean {
  return resource.source_project_id === resource.target_project_id
}
