import { toTimestamp } from '../clock.ts'
import type { Comment, Forge, PullRequest, Repository } from './forge.ts'
import type { CommitInfo } from './merge.ts'

/** An account as REST shows it everywhere. */
export function renderUser(forge: Forge, login: string): { login: string; id: number; type: string } & Record<string, unknown> {
  const { id, type } = forge.accounts.ensure(login)
  return { login, id, type, html_url: `${forge.url}/${login}`, site_admin: false }
}

/** A repository as REST shows it. */
export function renderRepository(forge: Forge, repository: Repository): { full_name: string } & Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`
  return {
    id: repository.id,
    name: repository.name,
    full_name: fullName,
    private: true,
    owner: renderUser(forge, repository.owner),
    default_branch: 'main',
    html_url: `${forge.url}/${fullName}`,
    clone_url: `${forge.url}/${fullName}.git`,
    url: `${forge.url}/repos/${fullName}`,
    archived: false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    permissions: { admin: false, push: true, pull: true },
  }
}

type RenderedPull = { base: { repo: unknown } } & Record<string, unknown>

/** A pull request as REST and webhooks show it, but for `mergeable`, which only asking for one pull request tells. */
export function renderPull(forge: Forge, repository: Repository, pull: PullRequest): RenderedPull {
  const repo = renderRepository(forge, repository)
  const side = (ref: string, sha: string): Record<string, unknown> & { repo: unknown } => ({
    ref,
    sha,
    label: `${repository.owner}:${ref}`,
    user: renderUser(forge, repository.owner),
    repo,
  })
  return {
    id: 1_000_000 + pull.number,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: renderUser(forge, pull.author),
    head: side(pull.head, pull.headSha),
    base: side(pull.base, repository.tips.get(pull.base) ?? ''),
    labels: pull.labels.map((name) => renderLabel(repository, name)),
    assignees: pull.assignees.map((login) => renderUser(forge, login)),
    requested_reviewers: pull.reviewers.map((login) => renderUser(forge, login)),
    requested_teams: pull.teams.map((slug) => ({ slug, name: slug })),
    merged: pull.merged !== undefined,
    merged_at: pull.merged ? toTimestamp(pull.merged.at) : null,
    merged_by: pull.merged ? renderUser(forge, pull.merged.by) : null,
    merge_commit_sha: pull.merged?.sha ?? null,
    closed_at: pull.closed ? toTimestamp(pull.closed.at) : null,
    created_at: toTimestamp(pull.createdAt),
    updated_at: toTimestamp(pull.updatedAt),
    commits: pull.commits.length,
    html_url: `${forge.url}/${repository.owner}/${repository.name}/pull/${pull.number}`,
    url: `${forge.url}/repos/${repository.owner}/${repository.name}/pulls/${pull.number}`,
  }
}

/** A pull request as the issue that it also is. */
export function renderIssue(forge: Forge, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const { number, state, title, body, user, labels, assignees, html_url, created_at, updated_at, closed_at } = renderPull(
    forge,
    repository,
    pull,
  )
  const closedBy = pull.closed ? renderUser(forge, pull.closed.by) : null
  return {
    number,
    state,
    title,
    body,
    user,
    labels,
    assignees,
    html_url,
    created_at,
    updated_at,
    closed_at,
    closed_by: closedBy,
    pull_request: { html_url },
  }
}

/** A label of the repository. */
export function renderLabel(repository: Repository, name: string): Record<string, unknown> {
  const label = repository.labels.get(name)
  return { name, color: label?.color ?? 'ededed', description: label?.description ?? null, default: false }
}

/** A comment below an issue or pull request. */
export function renderComment(forge: Forge, repository: Repository, comment: Comment): Record<string, unknown> {
  return {
    id: comment.id,
    body: comment.body,
    user: renderUser(forge, comment.author),
    created_at: toTimestamp(comment.createdAt),
    updated_at: toTimestamp(comment.updatedAt),
    html_url: `${forge.url}/${repository.owner}/${repository.name}/pull/${comment.number}#issuecomment-${comment.id}`,
  }
}

/** A commit; its author is an account where the forge knows the email. */
export function renderCommit(forge: Forge, repository: Repository, commit: CommitInfo): Record<string, unknown> {
  const account = forge.accounts.findByEmail(commit.author.email)
  const user = account ? renderUser(forge, account.login) : null
  const signature = { name: commit.author.name, email: commit.author.email, date: commit.author.date }
  return {
    sha: commit.sha,
    html_url: `${forge.url}/${repository.owner}/${repository.name}/commit/${commit.sha}`,
    commit: { author: signature, committer: signature, message: commit.message.trimEnd(), tree: { sha: commit.tree } },
    author: user,
    committer: user,
    parents: commit.parents.map((sha) => ({ sha })),
  }
}
