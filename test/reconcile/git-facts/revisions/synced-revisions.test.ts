import { expect, it } from 'vitest'
import { readSyncedRevisions } from '../../../../src/reconcile/git-facts/revisions/synced-revisions.ts'
import { appliedSource } from '../../an-application.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, web, type Story } from '../a-question.ts'
import { orRefusal } from '../syncs/telling.ts'

const COMMITS = { first: web('v0'), n: web('v1'), next: web('v2'), later: web('v3'), side: { files: { [FILE]: web('v4') }, upon: 'n' } }
const WORDS = { what: 'the flags', were: 'were', them: 'them' }

async function read(story: Partial<Story>, words: Parameters<typeof readSyncedRevisions>[2] = WORDS): Promise<unknown> {
  const asked = aQuestion({
    commits: COMMITS,
    synced: [],
    head: 'later',
    ...story,
    release: (of) => ({ applied: of.applied('next'), goodApplied: of.applied('n'), ...story.release?.(of) }),
  })
  const found = readSyncedRevisions(asked.question, asked.sha('later'), words)
  return orRefusal(found, ({ revision, good, goodStandsIn }) => asked.named([revision.sha, good.sha, goodStandsIn]))
}

it.each<[string, Partial<Story>, unknown]>([
  ['both are told', {}, ['next', 'n', false]],
  [
    'its own is gone',
    { release: ({ applied }) => ({ applied: applied('gone') }) },
    ['P4', 'the applied revision is not in the repository, or its sources were applied at different commits.'],
  ],
  ['its own is not known', { release: () => ({ applied: null }) }, ['P4', expect.stringContaining('is not in the repository')]],
  [
    'its own is not on the branch',
    { release: ({ applied }) => ({ applied: applied('side') }) },
    ['P4', expect.stringMatching(/^the applied commit [0-9a-f]{12} is not on the branch: it was synced from another branch/)],
  ],
  [
    'the Application reads another folder',
    { release: ({ applied }) => ({ applied: { ...applied('next'), sources: [appliedSource({ path: 'apps/x' })] } }) },
    ['P4', 'the Application reads other sources now than when the flags were applied.'],
  ],
  [
    'its parameters have changed',
    {
      release: ({ applied }) => ({
        applied: { ...applied('next'), sources: [appliedSource()] },
        goodApplied: { ...applied('n'), sources: [appliedSource({ parameters: '{"a":1}' })] },
      }),
    },
    ['P7', expect.stringContaining('changed between the two versions')],
  ],
  [
    'the one before is gone',
    { release: ({ applied }) => ({ goodApplied: applied('gone') }) },
    ['P6', 'what was applied before the flags is not on the way to them.'],
  ],
  [
    'the one before is not known',
    { release: () => ({ goodApplied: null }) },
    ['P6', 'what was applied before the flags is not on the way to them.'],
  ],
  [
    'the one before is newer',
    { release: ({ applied }) => ({ goodApplied: applied('later') }) },
    ['P6', 'what was applied before the flags is not on the way to them.'],
  ],
  [
    'both are one',
    { release: ({ applied }) => ({ goodApplied: applied('next') }) },
    ['P6', 'what was applied before the flags is not on the way to them.'],
  ],
])('of the commits of two syncs %s', async (_, story, expected) => {
  expect(await read(story)).toEqual(expected)
})

it('of one commit that was synced twice there may be more to say', async () => {
  const words = { ...WORDS, again: 'They are the same.' }
  expect(await read({ release: ({ applied }) => ({ goodApplied: applied('next') }) }, words)).toEqual(['P6', 'They are the same.'])
  expect(await read({}, words)).toEqual(['next', 'n', false])
})

it.each(['n', 'next'])('what either of the two is made of is read: %s', async (which) => {
  const reads = (name: string) => (name === which ? 'resources: [../base]\n' : 'resources: []\n')
  const state = (name: string) => ({
    files: { 'apps/web/kustomization.yaml': reads(name), 'apps/base/kustomization.yaml': 'resources: []\n' },
  })
  const asked = aQuestion({
    commits: { n: state('n'), next: state('next') },
    synced: [],
    release: ({ applied }) => ({ applied: applied('next'), goodApplied: applied('n') }),
  })
  const { inputs } = await readSyncedRevisions(asked.question, asked.sha('next'), WORDS)
  expect(inputs.map(({ path }) => path)).toContain('apps/base/kustomization.yaml')
})
