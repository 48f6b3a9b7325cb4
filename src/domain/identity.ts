import type { CommitSha } from './application/commit.ts'
import type { RolloutRef } from './rollout/snapshots.ts'

/** SHA-256 of a text as lower-case hex. Passed in, because the domain imports nothing. */
export type Digest = (text: string) => string

/** `cluster/namespace/name`: what the work queue holds. None of the three can contain a slash. */
export function rolloutKey(ref: RolloutRef): string {
  return `${ref.cluster}/${ref.namespace}/${ref.name}`
}

/** The Rollout a key names; undefined for anything that is not a key. */
export function parseRolloutKey(key: string): RolloutRef | undefined {
  const [cluster, namespace, name, ...rest] = key.split('/')
  if (!cluster || !namespace || !name || rest.length > 0) return undefined
  return { cluster, namespace, name }
}

/** "This very template failed before." */
export function templateKey(cluster: string, uid: string, podTemplateHash: string): string {
  return `${cluster}|${uid}|${podTemplateHash}`
}

/** One attempt to move one Rollout from N to N+1: the template, and the number of its ReplicaSet. */
export function releaseKey(template: string, rolloutRevision: number): string {
  return `${template}|${rolloutRevision}`
}

/** One abort of a release; a failure without an abort has its cause in place of the time. */
export function attemptKey(release: string, abortedAt: string): string {
  return `${release}|${abortedAt}`
}

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

/** The hidden line that ends the PR body. */
export function revertMarker(key: string): string {
  return `<!-- kedge:v1 revert-key=${key} -->`
}

/**
 * One spelling for one repository: no credentials, scheme, port of the scheme, trailing slash or `.git`; host in lower case;
 * `git@host:owner/repo` like `https://host/owner/repo`. After Argo CD's `util/git.NormalizeGitURL`.
 */
export function normaliseRepoURL(url: string): string {
  const trimmed = url.trim()
  // `host:8443/owner/repo` is what comes out of here, and must not be taken for scp's `host:owner/repo` when it comes in again.
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(?!\d+\/)(.+)$/.exec(trimmed) ?? /^[^@/\s]+@([^:/\s]+):(?!\/\/)(.+)$/.exec(trimmed)
  const parts = scp ?? /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/]*)\/?(.*)$/i.exec(trimmed)
  if (!parts) return trimmed.replace(/(?:\.git|\/)+$/, '')
  const host = (parts[1] ?? '').toLowerCase().replace(/:(?:443|80|22)$/, '')
  const path = (parts[2] ?? '').replace(/^\/+/, '').replace(/(?:\.git|\/)+$/, '')
  return `${host}/${path}`
}
