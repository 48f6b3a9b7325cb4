import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { readRewritten, whyNotThere } from '../../../../src/reconcile/git-facts/revisions/rewritten.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { appliedSource } from '../../an-application.ts'
import type { NewCommit } from '../a-history.ts'
import { aQuestion, web, type Asked, type Names, type Of, type Story } from '../a-question.ts'

const FORCED = 'it was synced from another branch, or this one was pushed by force'
const REWRITTEN = 'its history was rewritten'

it.each<[string, Of<Partial<Release>>, Of<readonly Release[]>, string]>([
  ['the release was put down to it', ({ sha, applied }) => ({ applied: applied('b'), revision: sha('a') }), () => [], REWRITTEN],
  ['the version before was put down to it', ({ sha, applied }) => ({ applied: applied('b'), goodRevision: sha('a') }), () => [], REWRITTEN],
  ['nothing was put down to it', ({ sha, applied }) => ({ applied: applied('b'), revision: sha('b') }), () => [], FORCED],
  [
    'another release was put down to it',
    ({ sha }) => ({ revision: sha('b') }),
    ({ sha, applied }) => [
      aRelease({ key: 'o', applied: applied('a'), revision: sha('b') }),
      aRelease({ key: 'p', applied: applied('a'), revision: sha('a') }),
    ],
    REWRITTEN,
  ],
  [
    'another Application was',
    ({ sha, applied }) => ({ applied: { ...applied('a'), application: 'argocd/x' }, revision: sha('a') }),
    () => [],
    FORCED,
  ],
  ['nobody knows what was applied', ({ sha }) => ({ revision: sha('a') }), () => [], FORCED],
  [
    'it was of this branch',
    ({ sha, applied }) => ({ applied: { ...applied('a'), sources: [appliedSource()] }, revision: sha('a') }),
    () => [],
    REWRITTEN,
  ],
  [
    'it was of another branch',
    ({ sha, applied }) => ({ applied: { ...applied('a'), sources: [appliedSource({ pin: 'dev' })] }, revision: sha('a') }),
    () => [],
    FORCED,
  ],
])('why a commit is not on the branch: %s', (_, ...[release, others, expected]) => {
  const { question, sha } = aQuestion({ commits: { a: web('v1'), b: web('v2') }, synced: [], release, others })
  expect(whyNotThere(question, sha('a'))).toBe(expected)
})

const upon = (text: string, parent: string): NewCommit => ({ files: { 'apps/web/web.yaml': text }, upon: parent })

/** `next` was N+1's and was amended: the branch has `amended` upon N, and what came later. */
const COMMITS = { n: web('v1'), next: web('v2'), amended: upon(web('v2'), 'n'), later: web('v2', { more: 'a: 1\n' }) }

async function rewritten(story: Partial<Story> = {}): Promise<unknown> {
  const asked: Asked = aQuestion({
    commits: COMMITS,
    synced: [],
    ...story,
    release: (of: Names) => ({ applied: of.applied('next'), revision: null, goodRevision: of.sha('n'), ...story.release?.(of) }),
  })
  const { dropped, applied } = await readRewritten(asked.question, asked.sha(story.head ?? 'later'))
  return asked.named([dropped, applied?.revisions ?? null])
}

const many = (count: number): Story['commits'] => ({
  n: web('v1'),
  next: web('v2'),
  ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, at === 0 ? upon(web('v2'), 'n') : web(`v${at + 3}`)])),
})

it.each<[string, Partial<Story>, unknown]>([
  ['what stands in its place has its content', {}, [['next'], ['amended']]],
  ['nothing has its content', { commits: { ...COMMITS, amended: upon(web('v3'), 'n') } }, [['next'], null]],
  ['it is on the branch', { head: 'next' }, [[], null]],
  ['it is gone', { release: ({ applied }) => ({ applied: applied('gone') }) }, [[], null]],
  ['nobody knows what was applied', { release: () => ({ applied: null }) }, [[], null]],
  ['it was put down to itself', { release: ({ sha }) => ({ revision: sha('next') }) }, [['next'], ['amended']]],
  [
    'it was put down to another that is gone',
    { release: ({ sha }) => ({ revision: sha('gone') }) },
    [['next', expect.any(String)], ['amended']],
  ],
  ['it was put down to one that is on the branch', { release: ({ sha }) => ({ revision: sha('n') }) }, [['next'], ['amended']]],
  ['N is not known', { release: () => ({ goodRevision: null }) }, [['next'], null]],
  ['N is not on the branch either', { release: ({ sha }) => ({ goodRevision: sha('next') }) }, [['next'], null]],
  ['N is gone', { release: ({ sha }) => ({ goodRevision: sha('gone') }) }, [['next'], null]],
  ['twenty commits have come since', { commits: many(20), head: 'c19' }, [['next'], ['c0']]],
  ['more commits have come since than are looked at', { commits: many(21), head: 'c20' }, [['next'], null]],
])('N+1’s commit on a branch that was pushed by force: %s', async (_, story, expected) => {
  expect(await rewritten(story)).toEqual(expected)
})

it('nothing stands in the place of what was hydrated', async () => {
  const { sha } = aQuestion({ commits: COMMITS, synced: [] })
  const metadata = { files: { 'web/hydrator.metadata': JSON.stringify({ drySha: sha('next') }) }, upon: undefined }
  const asked = aQuestion({
    commits: { ...COMMITS, out: metadata },
    synced: [],
    head: 'later',
    application: { hydrator: { syncRepoURL: undefined, syncBranch: 'out', syncPath: 'web' } },
    release: (of) => ({ applied: of.applied('out'), revision: null, goodRevision: of.sha('n') }),
  })
  expect(asked.named(await readRewritten(asked.question, asked.sha('later')))).toEqual({ dropped: ['next'] })
})
