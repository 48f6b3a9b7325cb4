import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { GitCommit } from '../../../src/domain/application/commit.ts'
import type { SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import type { OpenQuestion } from '../../../src/reconcile/git-facts/question/question.ts'
import { gatherSource } from '../../../src/reconcile/git-facts/source-facts.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt } from '../../domain/release/a-look.ts'
import { digest } from '../../histories/git/remote.ts'
import { FILE } from './a-history.ts'
import { aQuestion, at, SOURCE, web, type Story, type Sync } from './a-question.ts'

const N: Sync = ['n', 10]
const NEXT: Sync = ['next', 49]
const COMMITS = { n: web('v1'), next: web('v2') }
const blind = (tag: string, { more = '', ...made }: { level?: number; more?: string } = {}): string =>
  web(tag, { ...made, more: `unknown: nobody renders\n${more}` })
const BLIND = { n: blind('v1'), next: blind('v2') }

interface Asking extends Partial<Story> {
  /** Commits that render what another one does. */
  readonly rendersAs?: Readonly<Record<string, string>>
}

/** All that Git says of a release: of N and N+1, which were synced one after the other, where nothing else is said. */
async function gathered({ question, rendersAs = {}, ...story }: Asking = {}) {
  const asked = aQuestion({
    commits: COMMITS,
    synced: [N, NEXT],
    ...story,
    release: (of) => ({ applied: of.applied('next'), goodApplied: of.applied('n'), ...story.release?.(of) }),
    question: (of) =>
      ({
        applications: [],
        stableOf: () => undefined,
        digest,
        commitsFor: () => DEFAULT_COMMITS,
        opened: [],
        goesByFiles: false,
        wasAway: () => false,
        revertOf: () => undefined,
        spellingsOf: () => [],
        clock: createVirtualClock(0),
        ...question?.(of),
      }) as Partial<OpenQuestion>,
  })
  const { renderings } = asked.question
  const like = new Map(Object.entries(rendersAs).map(([name, other]) => [asked.sha(name) as string, asked.sha(other) as string]))
  const render: typeof renderings.at = (revisions, how) =>
    renderings.at(
      revisions.map((one) => like.get(one) ?? one),
      how,
    )
  const facts = await gatherSource({ ...asked.question, renderings: { ...renderings, at: render } })
  return { ...asked, facts }
}

const subjects = (commits: readonly GitCommit[]): readonly string[] => commits.map(({ subject }) => subject)

/** What is said of the commits, by their names. */
async function told(story: Asking = {}) {
  const { facts, named } = await gathered(story)
  const { revision, good, culprits, later, staying, leftOut, backToOlder, imageCommits, brought, dropped } = facts
  const { refusal, goodStandsIn, syncsBeside, provenBy, restoredInGit } = facts
  return {
    refusal: refusal && [refusal.check, refusal.reason],
    ends: [good?.subject, revision?.subject],
    culprits: subjects(culprits),
    later: subjects(later),
    staying: subjects(staying),
    leftOut: { paths: leftOut.paths, commits: subjects(leftOut.commits) },
    brought: brought && [named(brought.applied?.revisions), named(brought.goodApplied?.revisions ?? null), brought.told],
    ...(named({ backToOlder, imageCommits, dropped }) as Record<'backToOlder' | 'imageCommits' | 'dropped', unknown>),
    goodStandsIn,
    syncsBeside,
    provenBy,
    restoredInGit,
  }
}

type Told = Awaited<ReturnType<typeof told>>

/** Of N+1 that one commit has brought, by what the two render. */
const RENDERED = {
  refusal: null,
  ends: ['n', 'next'],
  culprits: ['next'],
  later: [],
  staying: [],
  leftOut: { paths: [], commits: [] },
  brought: [['next'], ['n'], 'by-rendering'],
  backToOlder: [],
  imageCommits: null,
  dropped: [],
  goodStandsIn: false,
  syncsBeside: null,
  provenBy: 'rendering',
  restoredInGit: false,
} satisfies Partial<Record<keyof Told, unknown>> & Record<string, unknown>
/** The same, where nobody renders. */
const BY_FILES = { ...RENDERED, brought: null, provenBy: 'files' }
/** What is known where no commit of it is. */
const NOTHING = { ...BY_FILES, ends: [undefined, undefined], culprits: [], provenBy: null }

const REPOSITORY = 'git.example/shop/gitops'
const CHARTS = { ...SOURCE, repoURL: 'https://git.example/acme/charts.git' }
const WORKER = 'apps/web/worker.yaml'
const rollout = (name: string): string => `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: ${name}\n`
const ADDED = { files: { 'apps/web/new.yaml': 'kind: ConfigMap\n' } }
const MID = { n: web('v1'), mid: web('v1', { more: 'note: 1\n' }), next: web('v2') }
const failedOnce = () => [aRelease({ key: 'x', podTemplateHash: 'z', rolloutRevision: 0, images: ['web:v0'], attempts: [anAttempt()] })]
/** A webhook has both versions pull their image through a mirror. */
const MIRRORED = { n: web('v1').replace('web:', 'mirror/web:'), next: web('v2').replace('web:', 'mirror/web:') }
/** N+1 has the level of before, and more in its file. */
const LEVEL_BACK: Asking = {
  commits: { old: blind('v1', { level: 1 }), n: blind('v1', { level: 2 }), next: blind('v1', { level: 1, more: 'note: 1\n' }) },
  n: web('v1', { level: 2 }),
  next: web('v1', { level: 1 }),
  release: () => ({ images: ['web:v1'], stableImages: ['web:v1'] }),
}

it.each<[string, Asking, Partial<Record<keyof Told, unknown>>]>([
  ['of one commit', {}, {}],
  ['that has failed before, with the commit that brought its image', { others: failedOnce }, { imageCommits: ['next'] }],
  [
    'of a commit that brings an older template back, with more in its file',
    { commits: { old: web('v2'), n: web('v1', { more: 'x: 1\n' }), next: web('v2', { more: 'x: 2\n' }) } },
    { backToOlder: ['next'] },
  ],
  [
    'that its commit does not begin',
    { commits: { n: web('v1'), aside: { files: { 'other/x': 'x' } }, next: web('v2') }, rendersAs: { aside: 'next' } },
    { refusal: ['P7', expect.stringContaining('the commit before the oldest culprit, renders N+1 already')], provenBy: null },
  ],
  [
    'whose N no sync brought',
    { commits: { first: web('v0'), ...COMMITS }, synced: [['first', 10], NEXT], release: () => ({ goodApplied: null }) },
    { goodStandsIn: true, brought: [['next'], null, 'stands-in'] },
  ],
  [
    'that was pushed anew by force',
    {
      commits: { ...COMMITS, amended: { files: { [FILE]: web('v2') }, upon: 'n' } },
      release: ({ sha }) => ({ goodRevision: sha('n'), revision: sha('next'), repository: REPOSITORY }),
    },
    { ends: ['n', 'amended'], culprits: ['amended'], dropped: ['next'] },
  ],
  ['after which a file came', { commits: { ...COMMITS, added: ADDED } }, { later: ['added'], provenBy: null }],
  ['that was taken back since', { commits: { ...COMMITS, back: web('v1') } }, { later: ['back'], restoredInGit: true, provenBy: null }],
  [
    'that burns, and what was synced beside it',
    {
      release: ({ applied }) => ({
        attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn({ beganAt: at(55), promotedAt: at(51) }), seenAt: at(60) })],
        applied: applied('next'),
        cause: 'slo-burn',
      }),
    },
    { syncsBeside: { changes: [], isAllKnown: false } },
  ],
  ['whose image is rewritten on the way in', MIRRORED, { brought: null }],
  [
    'whose image is rewritten on the way in, where the oldest of its commits may have brought N',
    { ...MIRRORED, commits: MID, release: ({ sha }) => ({ goodRevision: sha('n'), repository: REPOSITORY }) },
    {
      refusal: ['P6', expect.stringMatching(/“mid” renders the version before as well: which commit made that is not known\.$/)],
      brought: null,
      culprits: ['mid', 'next'],
      provenBy: null,
    },
  ],
  [
    'told once, though the syncs are gone',
    { commits: MID, synced: [], release: ({ sha }) => ({ told: 'by-rendering', goodRevision: sha('n'), repository: REPOSITORY }) },
    { culprits: ['mid', 'next'], brought: null },
  ],
  [
    'of one of several repositories',
    {
      application: { sources: [SOURCE, CHARTS] },
      synced: [],
      release: ({ sha, applied }) => ({
        applied: { ...applied('next'), revisions: [sha('next'), sha('chart')] },
        goodApplied: { ...applied('n'), revisions: [sha('n'), sha('chart')] },
      }),
    },
    { brought: [['next', expect.any(String)], ['n', expect.any(String)], 'by-rendering'] },
  ],
])('is told of a release that renders: one %s', async (_, story, expected) => {
  expect(await told(story)).toEqual({ ...RENDERED, ...expected })
})

it.each<[string, Asking, Partial<Record<keyof Told, unknown>>]>([
  ['of one commit', {}, {}],
  ['that has failed before, with the commit that brought its image', { others: failedOnce }, { imageCommits: ['next'] }],
  ['of a commit that brings a field back, and does more', LEVEL_BACK, { backToOlder: ['next'] }],
  ['after which a file came', { commits: { ...BLIND, added: ADDED } }, {}],
  [
    'whose newest commit is of another Rollout alone',
    {
      commits: {
        n: { files: { [FILE]: blind('v1', { more: rollout('web') }), [WORKER]: rollout('worker') } },
        next: blind('v2', { more: rollout('web') }),
        aside: { files: { [WORKER]: `${rollout('worker')}spec: other\n` } },
      },
      synced: [N, ['aside', 49]],
      release: ({ applied }) => ({ applied: applied('aside') }),
    },
    { leftOut: { paths: [WORKER], commits: ['aside'] } },
  ],
  ['whose sync its difference tells', { release: () => ({ applied: null }) }, { brought: [['next'], ['n'], 'by-clocks'] }],
  ['whose sync its age tells', { release: () => ({ applied: null }), stable: null }, { brought: [['next'], ['n'], 'by-clocks'] }],
  [
    'that an earlier sync began',
    {
      commits: { ...BLIND, again: blind('v2', { more: 'a: 1\n' }) },
      synced: [N, NEXT, ['again', 50]],
      release: ({ applied }) => ({ applied: applied('again') }),
    },
    { later: ['again'], brought: [['next'], ['n'], 'by-clocks'], provenBy: null },
  ],
])('is told of a release that nobody renders: one %s', async (_, story, expected) => {
  expect(await told({ commits: BLIND, ...story })).toEqual({ ...BY_FILES, ...expected })
})

it.each<[string, Asking, unknown]>([
  ['its sync is not known', { synced: [], release: () => ({ applied: null }) }, ['P4', 'Argo CD does not say which revision it applied.']],
  [
    'its branch is none',
    { application: { sources: [{ ...SOURCE, targetRevision: 'gone' }] } },
    ['P3', expect.stringContaining('targetRevision "gone" is not a branch')],
  ],
])('nothing is told of the commits of a release where %s', async (_, story, refusal) => {
  expect(await told(story)).toEqual({ ...NOTHING, refusal })
})

it('what was pushed is rendered ahead of all else, of one repository', async () => {
  const commits = { ...COMMITS, pushed: { files: { [FILE]: web('v1') }, upon: 'next' } }
  const pushed = async (sources: readonly SourceSnapshot[]) =>
    (await gathered({ commits, head: 'next', application: { sources }, question: ({ sha }) => ({ pushed: sha('pushed') }) })).rendered()
  expect((await pushed([SOURCE]))[0]).toBe('pushed')
  expect((await pushed([SOURCE, CHARTS]))[0]).not.toBe('pushed')
  expect((await gathered()).rendered()[0]).toBe('next')
})

it('that what was pushed cannot be rendered ahead is nobody’s fault', async () => {
  const sources = [{ ...SOURCE, targetRevision: 'gone' }]
  const { facts } = await gathered({ application: { sources }, question: ({ sha }) => ({ pushed: sha('gone') }) })
  expect(facts.refusal?.check).toBe('P3')
})
