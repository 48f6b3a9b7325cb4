import { expect, it } from 'vitest'
import { gitSources } from '../../../../src/domain/application/inputs.ts'
import { openBranch } from '../../../../src/reconcile/git-facts/revisions/open-branch.ts'
import { readBranch } from '../../../../src/reconcile/git-facts/revisions/revisions.ts'
import { REPO } from '../../an-application.ts'
import { APPLICATION, aQuestion, SOURCE, web } from '../a-question.ts'
import { orRefusal } from '../syncs/telling.ts'

const COMMITS = { n: web('v1'), next: web('v2') }
const TAG = 'is not a branch: it is a tag or a version constraint; change the pin.'

it.each<[string, unknown]>([
  ['main', ['main', 'next']],
  ['refs/heads/main', ['main', 'next']],
  ['HEAD', ['main', 'next']],
  ['gone', ['P3', 'targetRevision "gone" is not a branch of the repository: it is a tag or gone; change the pin.']],
  ['>=1.0', ['P3', `targetRevision ">=1.0" ${TAG}`]],
  ['-main', ['P3', `targetRevision "-main" ${TAG}`]],
  ['main*', ['P3', `targetRevision "main*" ${TAG}`]],
  [`*${'m'.repeat(200)}`, ['P3', `targetRevision "*${'m'.repeat(99)}" ${TAG}`]],
  ['x/refs/heads/main', ['P3', expect.stringContaining('is not a branch of the repository')]],
  ['a'.repeat(40), ['P3', 'targetRevision is pinned to a commit (aaaaaaaaaaaa): reverting a branch changes nothing; change the pin.']],
])('the branch that a revert goes to, of the targetRevision %s', async (targetRevision, expected) => {
  const { question, named } = aQuestion({ commits: COMMITS, synced: [] })
  const found = readBranch(question.repository, { ...question.source, targetRevision })
  expect(await orRefusal(found, ({ baseBranch, head }) => named([baseBranch, head]))).toEqual(expected)
})

it('the place is noted before its branch is read, and the question is put to it', async () => {
  const { question, sha } = aQuestion({ commits: COMMITS, synced: [] })
  const [source] = gitSources(APPLICATION)
  if (!source) throw new Error('no source')
  const noted: unknown[] = []
  const { opened, branch } = await openBranch(question, source, (...note) => void noted.push(note))
  expect(branch).toEqual({ baseBranch: 'main', head: sha('next') })
  expect(opened).toEqual({ ...question, source, repository: question.repository })
  expect(noted).toEqual([
    ['place', { repoURL: REPO, repository: 'git.example/shop/gitops' }],
    ['branch', branch],
  ])
  const [pinned] = gitSources({ ...APPLICATION, sources: [{ ...SOURCE, targetRevision: 'gone' }] })
  const told: unknown[] = []
  expect(
    await orRefusal(
      openBranch(question, pinned ?? source, (step) => void told.push(step)),
      String,
    ),
  ).toEqual(['P3', expect.any(String)])
  expect(told).toEqual(['place'])
})
