import { toTimestamp } from '../clock.ts'
import type { Comment, CommitStatus, Forge, PullRequest, Repository } from '../github/forge.ts'

/** `group/subgroup/name` */
export function fullPath({ owner, name }: Repository): string {
  return `${owner}/${name}`
}

/** The accounts of the stand-in as https://docs.gitlab.com/api/users/ shows them to anybody. */
export function renderUser(forge: Forge, login: string): Record<string, unknown> {
  const { id, name } = forge.accounts.ensure(login)
  return { id, username: login, name, state: 'active', locked: false, web_url: `${forge.url}/${login}` }
}

/** A project: https://docs.gitlab.com/api/projects/#retrieve-a-project */
export function renderProject(forge: Forge, repository: Repository): Record<string, unknown> {
  return {
    id: repository.id,
    name: repository.name,
    path: repository.name,
    path_with_namespace: fullPath(repository),
    default_branch: 'main',
    web_url: `${forge.url}/${fullPath(repository)}`,
    http_url_to_repo: `${forge.url}/${fullPath(repository)}.git`,
    archived: false,
    merge_method: 'merge',
    merge_requests_enabled: true,
    only_allow_merge_if_pipeline_succeeds: false,
    permissions: { project_access: { access_level: 30, notification_level: 3 }, group_access: null },
  }
}

/** A merge request: https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request */
export function renderMergeRequest(forge: Forge, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const user = (login: string): unknown => renderUser(forge, login)
  return {
    id: 1_000_000 + pull.number,
    iid: pull.number,
    project_id: repository.id,
    source_project_id: repository.id,
    target_project_id: repository.id,
    title: pull.title,
    description: pull.body,
    state: pull.merged ? 'merged' : pull.state === 'open' ? 'opened' : 'closed',
    draft: pull.draft,
    author: user(pull.author),
    reviewers: pull.reviewers.map(user),
    source_branch: pull.head,
    target_branch: pull.base,
    sha: pull.headSha,
    merge_commit_sha: pull.merged?.sha ?? null,
    squash_commit_sha: null,
    labels: pull.labels,
    web_url: `${forge.url}/${fullPath(repository)}/-/merge_requests/${pull.number}`,
    created_at: toTimestamp(pull.createdAt),
    updated_at: toTimestamp(pull.updatedAt),
    merge_user: pull.merged ? user(pull.merged.by) : null,
    merged_at: pull.merged ? toTimestamp(pull.merged.at) : null,
    closed_at: pull.closed && !pull.merged ? toTimestamp(pull.closed.at) : null,
  }
}

/** A comment: https://docs.gitlab.com/api/notes/#list-all-merge-request-notes */
export function renderNote(forge: Forge, comment: Comment): Record<string, unknown> {
  return {
    id: comment.id,
    body: comment.body,
    author: renderUser(forge, comment.author),
    system: false,
    noteable_type: 'MergeRequest',
    created_at: toTimestamp(comment.createdAt),
    updated_at: toTimestamp(comment.updatedAt),
  }
}

const STATES = { pending: 'pending', success: 'success', failure: 'failed', error: 'canceled' } as const

/** A commit status: https://docs.gitlab.com/api/commits/#list-all-statuses-for-a-commit */
export function renderStatus(forge: Forge, status: CommitStatus): Record<string, unknown> {
  return {
    sha: status.sha,
    name: status.context,
    status: STATES[status.state],
    description: status.description,
    target_url: status.targetUrl ?? null,
    author: renderUser(forge, status.author),
  }
}

/** What the stand-in keeps of a status as GitLab calls it; undefined for one that GitLab does not have. */
export function stateOf(word: unknown): CommitStatus['state'] | undefined {
  if (word === 'running') return 'pending'
  return (Object.keys(STATES) as CommitStatus['state'][]).find((state) => STATES[state] === word)
}
