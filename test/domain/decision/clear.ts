import { asCommitSha, type CommitSha, type GitCommit } from '../../../src/domain/application/commit.ts'
import type { DecisionInput, SourceFacts } from '../../../src/domain/decision/facts.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'

export const sha = (digit: string): CommitSha => asCommitSha(digit.repeat(40)) as CommitSha

/** Ada's, which brought v2. */
export function commit(change: Partial<GitCommit> = {}): GitCommit {
  return {
    sha: sha('b'),
    parents: [sha('a')],
    author: { name: 'Ada', email: 'ada@example.com' },
    committedAt: 1,
    subject: 'web v2',
    body: '',
    ...change,
  }
}

export const source: SourceFacts = {
  refusal: null,
  repoURL: 'https://git.example/shop/gitops.git',
  repository: 'git.example/shop/gitops',
  baseBranch: 'main',
  head: sha('b'),
  inputs: [{ path: 'apps/web', glob: false }],
  revision: commit(),
  good: commit({ sha: sha('a'), subject: 'web v1' }),
  culprits: [commit()],
  backToOlder: [],
  tooMuchForOlder: null,
  imageCommits: null,
  brought: null,
  goodStandsIn: false,
  later: [],
  staying: [],
  byFields: [],
  notByFields: null,
  restoredInGit: false,
  overtaken: false,
  paths: ['apps/web/rollout.yaml'],
  leftOut: { paths: [], commits: [] },
  irreversible: [],
  otherFiles: [],
  otherApplications: [],
  otherRollouts: [],
  untoldApplications: [],
  revertKey: 'key',
  branch: 'kedge/revert/x',
  proof: { commit: sha('c'), tree: 't', atGood: 'same', atRevert: 'same', files: [] },
  provenBy: 'rendering',
  notRendered: null,
  changedFields: null,
  conflicts: [],
  syncsBeside: null,
  dropped: [],
}

const attempt = {
  key: 'a',
  cause: 'analysis-failed',
  message: 'm',
  seenAt: 1,
  abortedAt: 't',
  abortedAtMs: 1,
  evidence: [],
} satisfies Attempt
const release = {
  state: 'failed',
  cause: 'analysis-failed',
  attempts: [attempt],
  images: ['web:v2', 'proxy:v1'],
  stableImages: ['web:v1', 'proxy:v1'],
  recurrence: 1,
  preExisting: false,
  outcome: 'open',
} as unknown as Release
const policy: Policy = { ...DEFAULT_POLICY, mode: 'pr' }

/** A failure that everything speaks for reverting. */
export const clear: DecisionInput = {
  release,
  serving: 'split',
  policy,
  fresh: true,
  live: 'same',
  applications: ['argocd/shop'],
  unproven: undefined,
  ownershipDoubt: undefined,
  quarantined: undefined,
  imageUpdater: false,
  repositoryAllowed: true,
  source,
  sameRevert: undefined,
  overlapping: undefined,
  foundPullRequest: undefined,
  held: undefined,
  theirs: undefined,
  mergedReverts: [],
  failedBefore: [],
  servedBefore: undefined,
  counts: { openForRollout: 0, openForRepository: 0, openedLastHour: 0, revertsOfTemplate: 0 },
  now: 1_000,
}
