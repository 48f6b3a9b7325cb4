import { expect } from 'vitest'
import { notRendered, type NotRendered, type RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import { gatherExperiment } from '../../../../src/reconcile/git-facts/experiments/experiment-facts.ts'
import { anExperiment, type Story } from './an-experiment.ts'

export const COMMITS: Story['commits'] = {
  before: { 'config.yaml': 'c1' },
  try: { 'experiment.yaml': 'e1 refers: rate', 'template.yaml': 't1', 'README.md': 'r' },
}
export const andThen = (more: Story['commits']): Story['commits'] => ({ ...COMMITS, ...more })
export const unknown = (why: NotRendered): RenderedDigest => notRendered(why, `Why ${why}.`)

/** All that Git says, commits by their names. */
export async function factsOf(story: Partial<Story> = {}) {
  const { question, named, rendered } = anExperiment({ commits: COMMITS, ...story })
  return { facts: named(await gatherExperiment(question)) as Record<string, unknown>, rendered }
}

export const commit = (sha: string, ...parents: readonly string[]) => ({
  sha,
  parents,
  author: { name: 'Ada', email: 'ada@example.com' },
  committedAt: expect.any(Number) as number,
  subject: sha,
  body: '',
})
export const PLACE = { repoURL: 'https://git.example/shop/gitops.git', repository: 'git.example/shop/gitops', baseBranch: 'main' }
export const PATHS = ['apps/web/experiment.yaml', 'apps/web/template.yaml']
export const RESTORE = { revertKey: 'd1235', branch: 'kedge/revert/try…-d1235' }
export const PROVEN = { provenBy: 'rendering', notRendered: null, changedFields: null }
