import { createGitLabForges, type GitLabForgesOptions } from '../../../../src/adapters/forges/gitlab/forges.ts'
import { nock } from '../../at-rest-nock.ts'

export const REPOSITORY = 'https://gitlab.com/acme/platform/deploy'
/** Where the project is below the API, as nock sees it. */
export const PROJECT = '/api/v4/projects/acme%2Fplatform%2Fdeploy'
export const TOKEN = 'glpat-PLANTED0123456789'
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

/** gitlab.com with one allowed project. */
export function createForges(options: Partial<GitLabForgesOptions> = {}) {
  return createGitLabForges({
    apiBaseUrl: 'https://gitlab.com/api/v4',
    gitHost: 'gitlab.com',
    token: TOKEN,
    allow: (repoURL) => repoURL === REPOSITORY,
    now: () => NOW,
    ...options,
  })
}

/** A merge request in GitLab's shape: https://docs.gitlab.com/api/merge_requests/ */
export function mergeRequest(iid: number, change: Record<string, unknown> = {}) {
  return {
    iid,
    web_url: `${REPOSITORY}/-/merge_requests/${iid}`,
    state: 'opened',
    draft: false,
    description: 'Why.',
    author: { id: 9, username: 'project_7_bot_1' },
    source_branch: 'kedge/revert/a-1',
    target_branch: 'main',
    source_project_id: 7,
    target_project_id: 7,
    sha: 'a'.repeat(40),
    merge_commit_sha: null,
    squash_commit_sha: null,
    labels: [],
    reviewers: [],
    ...change,
  }
}

/** Requests to gitlab.com are answered by nock; anything else fails. */
export function edge(): nock.Scope {
  return nock('https://gitlab.com')
}
