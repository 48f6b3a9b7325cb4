import { expect, it } from 'vitest'
import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import type { SourceFacts } from '../../../../src/domain/decision/facts.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import {
  putTogether,
  refusedSource,
  type ChangeFacts,
  type Note,
  type WeighedFacts,
} from '../../../../src/reconcile/git-facts/question/put-together.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'

const PLACE = { repoURL: 'https://git.example/a/b.git', repository: 'git.example/a/b' }
const BRANCH = { baseBranch: 'main', head: 'c0ffee' as CommitSha }
const LATER = [{ sha: 'beef' } as GitCommit]
const CHANGES: ChangeFacts = {
  culprits: LATER,
  paths: ['a.yaml'],
  leftOut: { paths: [], commits: [] },
  later: LATER,
  restoredInGit: false,
  overtaken: true,
  otherFiles: ['README.md'],
}

const ANSWERED = { wasAway: () => false }

it('a refusal on the way leaves known what the steps before it have found out, and nothing else', async () => {
  const facts = await putTogether(ANSWERED, async (note) => {
    note('place', PLACE)
    note('branch', BRANCH)
    throw new Refusal('P4', 'not on the branch')
  })
  expect(facts).toEqual({ ...refusedSource('P4', 'not on the branch'), ...PLACE, ...BRANCH })
})

it('what the refusal itself knows takes the place of what a step has said', async () => {
  const facts = await putTogether(ANSWERED, async (note) => {
    note('changes', CHANGES)
    throw new Refusal('P6', 'another commit', { found: { culprits: [], paths: [], unfetched: true } })
  })
  expect(facts).toEqual({ ...refusedSource('P6', 'another commit'), ...CHANGES, culprits: [], paths: [], unfetched: true })
})

it('a fault is no answer: it is passed on', async () => {
  const fault = new KedgeError('E_GIT_UNREACHABLE', 'no route to host')
  await expect(
    putTogether(ANSWERED, async (note) => {
      note('place', PLACE)
      throw fault
    }),
  ).rejects.toBe(fault)
})

it('a later step knows better, in whatever order they have said it; what only an earlier one knows stays', async () => {
  const weighed: WeighedFacts = {
    later: [],
    staying: LATER,
    restoredInGit: false,
    overtaken: false,
    byFields: [],
    notByFields: null,
    leftOut: { paths: ['b.yaml'], commits: [] },
  }
  const facts = await putTogether(ANSWERED, async (note) => {
    note('weighed', weighed)
    note('changes', CHANGES)
  })
  expect(facts).toEqual({ ...refusedSource('P1', ''), ...CHANGES, ...weighed, refusal: null })
})

it('a step that is said again takes the place of its former word', async () => {
  const [first, second] = [{ sha: '1' } as GitCommit, { sha: '2' } as GitCommit]
  const facts = await putTogether(ANSWERED, async (note) => {
    note('revisions', { revision: first, good: first, inputs: [{ path: 'a', glob: false }], goodStandsIn: true })
    note('revisions', { revision: second, good: first, inputs: [], goodStandsIn: false })
  })
  expect(facts).toMatchObject({ revision: second, good: first, inputs: [], goodStandsIn: false, refusal: null })
})

it('whether who renders was away is known once the steps are over, whatever has ended them', async () => {
  let isAway = false
  const asked = { wasAway: () => isAway }
  const ask = (refusal?: Refusal): Promise<unknown> =>
    putTogether(asked, async (note) => {
      note('place', PLACE)
      isAway = true
      if (refusal) throw refusal
    })
  expect(await ask()).toEqual({ ...refusedSource('P1', ''), ...PLACE, refusal: null, rendererAway: true })
  expect(await ask(new Refusal('P4', 'no'))).toEqual({ ...refusedSource('P4', 'no'), ...PLACE, rendererAway: true })
})

it('what a step knows besides is no part of the answer', async () => {
  const changes = { ...CHANGES, laterOwn: LATER, beside: ['shop/other'] }
  const facts = await putTogether(ANSWERED, async (note) => note('changes', changes))
  expect(Object.keys(facts).toSorted()).toEqual(Object.keys(refusedSource('P1', '')).toSorted())
})

const NOT_ASKED: SourceFacts = {
  refusal: { check: 'P3', reason: 'no answer' },
  repoURL: null,
  repository: null,
  baseBranch: null,
  head: null,
  inputs: [],
  revision: null,
  good: null,
  culprits: [],
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
  paths: [],
  leftOut: { paths: [], commits: [] },
  irreversible: [],
  otherFiles: [],
  otherApplications: [],
  otherRollouts: [],
  untoldApplications: [],
  revertKey: null,
  branch: null,
  proof: null,
  provenBy: null,
  notRendered: null,
  changedFields: null,
  conflicts: [],
  syncsBeside: null,
  dropped: [],
}

it('where nothing was asked, nothing is known but why', () => {
  expect(refusedSource('P3', 'no answer')).toEqual(NOT_ASKED)
})

const WEIGHED = ['later', 'staying', 'byFields', 'notByFields', 'overtaken'] as const
const RESTORE = ['revertKey', 'branch', 'irreversible', 'conflicts', 'proof', 'provenBy', 'notRendered', 'changedFields'] as const

it.each<[Parameters<Note>[0], readonly (keyof SourceFacts)[]]>([
  ['place', ['repoURL', 'repository']],
  ['branch', ['baseBranch', 'head']],
  ['syncs', ['syncsBeside']],
  ['rewritten', ['dropped']],
  ['revisions', ['revision', 'good', 'inputs', 'goodStandsIn']],
  ['brought', ['brought']],
  ['changes', ['culprits', 'paths', 'leftOut', 'later', 'restoredInGit', 'overtaken', 'otherFiles']],
  ['weighed', [...WEIGHED, 'restoredInGit', 'leftOut']],
  ['older', ['backToOlder', 'tooMuchForOlder']],
  ['images', ['imageCommits']],
  ['restore', [...RESTORE, 'otherRollouts', 'otherApplications', 'untoldApplications', ...WEIGHED]],
])('the step %s knows these facts, and no others: %j', async (step, facts) => {
  const said = Object.fromEntries(Object.keys(NOT_ASKED).map((fact) => [fact, `what ${step} says of ${fact}`]))
  const answer = await putTogether(ANSWERED, async (note) => note(step, said as never))
  const known = Object.fromEntries(facts.map((fact) => [fact, said[fact]]))
  expect(answer).toEqual({ ...NOT_ASKED, ...known, refusal: null })
})
