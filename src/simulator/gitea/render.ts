import { toTimestamp } from '../clock.ts'
import type { Comment, CommitStatus, Forge, PullRequest, Repository } from '../github/forge.ts'
import type { JsonObject } from '../json.ts'

/** An account as Gitea shows it. Nothing tells a bot from a person there. */
export function renderUser(forge: Forge, login: string): JsonObject {
  const { id, name, email } = forge.accounts.ensure(login)
  return { id, login, full_name: name, email, html_url: `${forge.url}/${login}` }
}

export function renderRepository(forge: Forge, repository: Repository): JsonObject {
  const fullName = `${repository.owner}/${repository.name}`
  return {
    id: repository.id,
    name: repository.name,
    full_name: fullName,
    owner: renderUser(forge, repository.owner),
    default_branch: 'main',
    html_url: `${forge.url}/${fullName}`,
    clone_url: `${forge.url}/${fullName}.git`,
    archived: false,
    mirror: false,
    has_pull_requests: true,
    allow_merge_commits: true,
    allow_squash_merge: true,
    allow_rebase: true,
    allow_rebase_explicit: true,
    allow_fast_forward_only_merge: false,
    permissions: { admin: false, push: true, pull: true },
  }
}

/** A pull request. `ref` of a branch that is gone is that of the pull request, and `label` stays. */
export function renderPull(forge: Forge, repository: Repository, pull: PullRequest): JsonObject {
  const repo = renderRepository(forge, repository)
  const side = (branch: string, sha: string): JsonObject => ({
    label: branch,
    ref: repository.tips.has(branch) ? branch : `refs/pull/${pull.number}/head`,
    sha,
    repo_id: repository.id,
    repo,
  })
  const page = `${forge.url}/${repository.owner}/${repository.name}/pulls/${pull.number}`
  return {
    id: pull.number,
    number: pull.number,
    url: page,
    html_url: page,
    user: renderUser(forge, pull.author),
    title: pull.draft ? `WIP: ${pull.title}` : pull.title,
    body: pull.body,
    labels: pull.labels.map((name) => renderLabel(repository, name)),
    state: pull.state,
    draft: pull.draft,
    merged: pull.merged !== undefined,
    merged_at: pull.merged ? toTimestamp(pull.merged.at) : null,
    merge_commit_sha: pull.merged?.sha ?? null,
    merged_by: pull.merged ? renderUser(forge, pull.merged.by) : null,
    requested_reviewers: pull.reviewers.map((login) => renderUser(forge, login)),
    base: side(pull.base, repository.tips.get(pull.base) ?? ''),
    head: side(pull.head, pull.headSha),
    created_at: toTimestamp(pull.createdAt),
    updated_at: toTimestamp(pull.updatedAt),
    closed_at: pull.closed ? toTimestamp(pull.closed.at) : null,
  }
}

/** A label. Its id is its place among those of the repository. */
export function renderLabel(repository: Repository, name: string): JsonObject {
  const label = repository.labels.get(name)
  return { id: [...repository.labels.keys()].indexOf(name) + 1, name, color: label?.color ?? '', description: label?.description ?? '' }
}

export function renderComment(forge: Forge, repository: Repository, comment: Comment): JsonObject {
  return {
    id: comment.id,
    body: comment.body,
    user: renderUser(forge, comment.author),
    html_url: `${forge.url}/${repository.owner}/${repository.name}/pulls/${comment.number}#issuecomment-${comment.id}`,
    created_at: toTimestamp(comment.createdAt),
    updated_at: toTimestamp(comment.updatedAt),
  }
}

export function renderStatus(forge: Forge, status: CommitStatus): JsonObject {
  const { context, state, description, targetUrl, author } = status
  return { context, status: state, description, target_url: targetUrl ?? '', creator: renderUser(forge, author) }
}
