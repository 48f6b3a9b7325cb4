import { expect, it } from 'vitest'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import { withoutOthersCommits } from '../../../../src/reconcile/git-facts/culprits/own-commits.ts'

type Question = Parameters<typeof withoutOthersCommits>[0]
type Revisions = Parameters<typeof withoutOthersCommits>[1]

const commit = (sha: string): GitCommit => ({ sha }) as unknown as GitCommit

it('what a PR has taken back is taken no more where it leaves out what is the own of the failing Rollout', async () => {
  const own: Readonly<Record<string, string>> = { n: 'v1', first: 'v1.5', second: 'v2' }
  const question = {
    release: { namespace: 'shop', rollout: 'web', applied: null, goodApplied: null },
    application: { sources: [{ repoURL: 'https://git.example/shop/gitops', path: 'apps/web' }] },
    source: { repository: 'git.example/shop/gitops' },
    repository: { commitsTouching: async () => [commit('first'), commit('second')], commit: async (sha: string) => commit(sha) },
    renderings: {
      at: async ([sha = '']: readonly string[]) => ({
        result: 'rendered',
        rollout: { parts: { rest: '', rollouts: new Map([['shop/web', own[sha]]]) } },
      }),
    },
    opened: [{ repository: 'git.example/shop/gitops', goodRevision: 'first', culprits: [commit('second')] }],
  }
  const revisions = { good: commit('n'), revision: commit('second'), restored: [], isPlain: false }
  const found = await withoutOthersCommits(question as unknown as Question, revisions as unknown as Revisions, true)
  expect(found).toBe(revisions)
})
