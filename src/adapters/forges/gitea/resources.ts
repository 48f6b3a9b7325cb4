import { z } from 'zod'
import type { PullRequest } from '../../../ports/forge.ts'

/** The fields of Gitea's answers that Kedge uses, and nothing else. Vendor shapes stop here. */

/** `id` is below zero for what is nobody: the ghost of a deleted account, and the account of Actions. */
const Account = z.object({ id: z.number().int(), login: z.string() })
export type Account = z.infer<typeof Account>

/** `label` is the name of the branch; `ref` is another one once the branch is gone. */
const Side = z.object({ label: z.string(), sha: z.string(), repo_id: z.number().int() })

export const PullRequestResource = z.object({
  number: z.number().int().positive(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  draft: z.boolean().nullish(),
  merged: z.boolean(),
  merged_by: Account.nullish(),
  merge_commit_sha: z.string().nullish(),
  body: z.string().nullish(),
  user: Account.nullish(),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  head: Side,
  base: Side,
})
export type PullRequestResource = z.infer<typeof PullRequestResource>

export const CommentResource = z.object({ id: z.number().int(), body: z.string().nullish(), user: Account.nullish() })
export type CommentResource = z.infer<typeof CommentResource>

export const EventResource = z.object({ type: z.string(), user: Account.nullish() })

export const LabelResource = z.object({ id: z.number().int(), name: z.string() })

export const ReviewResource = z.object({ state: z.string(), dismissed: z.boolean().nullish(), user: Account.nullish() })
export type ReviewResource = z.infer<typeof ReviewResource>

export const CombinedStatusResource = z.object({
  statuses: z
    .array(
      z.object({
        context: z.string(),
        status: z.enum(['pending', 'success', 'failure', 'error', 'warning', 'skipped']),
        description: z.string().nullish(),
        target_url: z.string().nullish(),
      }),
    )
    .nullish(),
})

export const UserResource = z.object({ login: z.string().min(1) })

/** Gitea's own name for accounts that are gone. */
const GHOST = 'Ghost'

/** A pull request as the port shows it. */
export function toPullRequest(resource: PullRequestResource): PullRequest {
  return {
    number: resource.number,
    url: resource.html_url,
    state: resource.merged ? 'merged' : resource.state,
    branch: resource.head.label,
    headSha: resource.head.sha,
    base: resource.base.label,
    body: resource.body ?? '',
    author: resource.user?.login ?? GHOST,
    mergeCommit: resource.merged ? (resource.merge_commit_sha ?? undefined) : undefined,
    labels: (resource.labels ?? []).map(({ name }) => name),
  }
}

/** Whether the branch lies in the repository itself, under whatever name that is by now. */
export function isOwnBranch({ head, base }: PullRequestResource): boolean {
  return head.repo_id === base.repo_id
}

/** By the words at the beginning of its title, which is all that makes one here; old versions leave it to the reader. */
export function isDraft({ draft, title }: PullRequestResource): boolean {
  return draft ?? /^\s*(?:WIP:|\[WIP\])/i.test(title)
}

function isPerson({ id, login }: Account): boolean {
  return id > 0 && !login.endsWith('[bot]')
}

/** People whose newest verdict is an approval, in the order of their reviews. A comment after an approval takes nothing back. */
export function approversOf(reviews: readonly ReviewResource[]): readonly string[] {
  const verdicts = new Map<string, boolean>()
  for (const { user, state, dismissed } of reviews) {
    if (!user || !isPerson(user) || !['APPROVED', 'REQUEST_CHANGES'].includes(state)) continue
    verdicts.set(user.login, state === 'APPROVED' && dismissed !== true)
  }
  return [...verdicts].filter(([, isApproval]) => isApproval).map(([login]) => login)
}
