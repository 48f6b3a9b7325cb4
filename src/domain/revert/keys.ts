import type { CommitSha } from '../application/commit.ts'

/** SHA-256 of a text as lower-case hex. Passed in, because the domain imports nothing. */
export type Digest = (text: string) => string

/** What a revert restores: the same restore has the same key in every Rollout, Application and cluster. */
export interface RevertScope {
  /** Normalised, see `normaliseRepoURL`. */
  repository: string
  baseBranch: string
  culprits: readonly CommitSha[]
  paths: readonly string[]
}

/** One PR for ever per key. Order of culprits and paths does not matter. */
export function revertKey(scope: RevertScope, digest: Digest): string {
  const culprits = [...scope.culprits].sort()
  const paths = [...scope.paths].sort()
  return digest(JSON.stringify([scope.repository, scope.baseBranch, culprits, paths]))
}

/** `kedge/revert/<sha12>-<key8>`: a pure function of the failed release, frozen for ever (open PRs are found by it). */
export function revertBranch(newestCulprit: CommitSha, key: string): string {
  return `kedge/revert/${newestCulprit.slice(0, 12)}-${key.slice(0, 8)}`
}

/**
 * The hidden line of our last comment on a PR that we close. By the first one, a PR that may follow is told from what people decided,
 * after the ledger was lost.
 */
export function closingMarker(key: string, isLapsed: boolean): string {
  return `<!-- kedge:v1 ${isLapsed ? 'lapsed' : 'closing'}=${key} -->`
}

/** The hidden line that ends the PR body. */
export function revertMarker(key: string): string {
  return `<!-- kedge:v1 revert-key=${key} -->`
}
