import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'

export const COMMIT = '1'.repeat(40) as CommitSha
export const OTHER = '2'.repeat(40) as CommitSha

/** A quarantine document with the fields a test cares about. */
export function aQuarantine(fields: Partial<Quarantine> = {}): Quarantine {
  return {
    key: '3f9a12c8d0e4',
    cluster: 'east',
    namespace: 'shop',
    rollout: 'web',
    images: ['registry.example/web:v2'],
    stableImages: ['registry.example/web:v1', 'registry.example/proxy:1'],
    templates: ['abc'],
    release: 'r1',
    attempt: 'a1',
    cause: 'analysis-failed',
    reason: 'the analysis failed',
    repoURL: 'https://github.com/acme/shop.git',
    repository: 'github.com/acme/shop',
    baseBranch: 'main',
    culprit: COMMIT,
    good: OTHER,
    paths: ['apps/web/values.yaml'],
    since: 1_000,
    until: 1_000 + 14 * 86_400_000,
    state: 'standing',
    outcome: null,
    endedAt: null,
    marks: [],
    ...fields,
  }
}
