import { z } from 'zod'
import type { PullRequest } from '../../../ports/forge.ts'

/** The fields of GitHub's answers that Kedge uses, and nothing else. Vendor shapes stop here. */

const Account = z.object({ login: z.string(), type: z.string().optional() })
export type Account = z.infer<typeof Account>

export const PullRequestResource = z.object({
  number: z.number().int().positive(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  merged_by: Account.nullish(),
  merge_commit_sha: z.string().nullish(),
  body: z.string().nullish(),
  user: Account.nullish(),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string(), default_branch: z.string().optional() }) }),
})
export type PullRequestResource = z.infer<typeof PullRequestResource>

export const CommentResource = z.object({ id: z.number().int(), body: z.string().nullish(), user: Account.nullish() })
export type CommentResource = z.infer<typeof CommentResource>

export const EventResource = z.object({ event: z.string(), actor: Account.nullish() })

/** The newest status of each context. */
export const CombinedStatusResource = z.object({
  statuses: z.array(
    z.object({
      context: z.string(),
      state: z.enum(['pending', 'success', 'failure', 'error']),
      description: z.string().nullish(),
      target_url: z.string().nullish(),
    }),
  ),
})

export const ReviewResource = z.object({ state: z.string(), user: Account.nullish() })
export type ReviewResource = z.infer<typeof ReviewResource>

/** GitHub's own name for accounts that are gone. */
const GHOST = 'ghost'

/** A pull request as the port shows it. `merge_commit_sha` of an open one is only a trial merge, so it counts once merged. */
export function toPullRequest(resource: PullRequestResource): PullRequest {
  const merged = typeof resource.merged_at === 'string'
  return {
    number: resource.number,
    url: resource.html_url,
    state: merged ? 'merged' : resource.state,
    branch: resource.head.ref,
    headSha: resource.head.sha,
    base: resource.base.ref,
    body: resource.body ?? '',
    author: loginOf(resource.user),
    mergeCommit: merged ? (resource.merge_commit_sha ?? undefined) : undefined,
    labels: (resource.labels ?? []).map(({ name }) => name),
  }
}

/** The login of an account; `ghost` when it was deleted. */
export function loginOf(account: Account | null | undefined): string {
  return account?.login ?? GHOST
}

/** Whether an account is no person: an App, or a login in the manner of one. */
export function isBot(account: Account): boolean {
  return account.type === 'Bot' || account.login.endsWith('[bot]')
}

/** People whose newest verdict is an approval, in the order of their reviews. A comment after an approval takes nothing back. */
export function approversOf(reviews: readonly ReviewResource[]): readonly string[] {
  const verdicts = new Map<string, string>()
  for (const { user, state } of reviews) {
    if (!user || isBot(user) || !['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state)) continue
    verdicts.set(user.login, state)
  }
  return [...verdicts].filter(([, state]) => state === 'APPROVED').map(([login]) => login)
}
