import { generateKeyPairSync } from 'node:crypto'
import { createGitHubForges, type GitHubForgesOptions } from '../../../../src/adapters/forges/github/forges.ts'
import type { GitHubAuth } from '../../../../src/adapters/forges/github/tokens.ts'
import { nock } from '../../at-rest-nock.ts'

const API = 'https://api.github.com'
export const REPOSITORY = 'https://github.com/acme/deploy'
/** Planted: it may appear in no error. */
export const TOKEN = 'github_pat_PLANTED0123456789'
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
export const MARKER = '<!-- kedge:v1 revert-key=abc -->'

/** An RSA key such as an App has. */
export const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()

/** github.com with one allowed repository. */
export function createForges(options: Partial<GitHubForgesOptions> & { auth?: GitHubAuth } = {}) {
  const { auth = { type: 'token', token: TOKEN }, ...rest } = options
  return createGitHubForges({
    hosts: [{ apiBaseUrl: API, gitHost: 'github.com', auth }],
    allow: (repoURL) => repoURL === REPOSITORY,
    now: () => NOW,
    ...rest,
  })
}

/** The allowed repository there. */
export const forge = () => createForges().forRepository(REPOSITORY)

/** A pull request in GitHub's shape. */
export function pull(number: number, change: Record<string, unknown> = {}) {
  const repo = { full_name: 'acme/deploy', default_branch: 'main' }
  return {
    number,
    html_url: `${REPOSITORY}/pull/${number}`,
    state: 'open',
    merged_at: null,
    merge_commit_sha: 'f'.repeat(40),
    body: 'Why.',
    user: { login: 'kedge[bot]', type: 'Bot' },
    head: { ref: 'kedge/revert/a-1', sha: 'a'.repeat(40), repo },
    base: { ref: 'main', repo },
    ...change,
  }
}

/** Requests to api.github.com are answered by nock; anything else fails. */
export function edge(): nock.Scope {
  return nock(API)
}
