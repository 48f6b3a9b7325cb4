import { createHash } from 'node:crypto'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { FailureFacts } from '../../../src/domain/quarantine/failed.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'

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

export const NOW = Date.parse('2026-12-01T00:00:00Z')
export const DAY = 86_400_000
export const WEB = 'registry.example/web'

/** A release of another version of one image, which failed. */
export function failedRelease(fields: Partial<Release> = {}): Release {
  const cause = fields.cause ?? 'analysis-failed'
  const attempt = anAttempt({ key: 'a1', cause, seenAt: NOW })
  return aRelease({
    key: 'r1',
    images: [`${WEB}:v2`, 'proxy:1'],
    stableImages: [`${WEB}:v1`, 'proxy:1'],
    attempts: [attempt],
    ...fields,
  })
}

/** What else is known of it: nothing by Git. */
export function facts(more: Partial<FailureFacts> = {}): FailureFacts {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  return { policy: DEFAULT_POLICY, held: undefined, source: null, now: NOW, digest, ...more }
}
