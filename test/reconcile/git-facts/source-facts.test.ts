import { expect, it } from 'vitest'
import type { SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt } from '../../domain/release/a-look.ts'
import { FILE } from './a-history.ts'
import { at, running, SOURCE, web, type Story, type Sync } from './a-question.ts'
import { BLIND, blind, BY_FILES, COMMITS, gathered, N, NEXT, NOTHING, RENDERED, told, type Asking, type Told } from './some-facts.ts'

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
  [
    'whose newest commits are of another Rollout alone',
    {
      commits: {
        n: { files: { [FILE]: blind('v1', { more: rollout('web') }), [WORKER]: rollout('worker') } },
        next: blind('v2', { more: rollout('web') }),
        aside: { files: { [WORKER]: `${rollout('worker')}spec: other\n` } },
        again: { files: { [WORKER]: `${rollout('worker')}spec: another\n` } },
      },
      synced: [N, ['again', 49]],
      release: ({ applied }) => ({ applied: applied('again') }),
    },
    { leftOut: { paths: [WORKER], commits: ['aside', 'again'] } },
  ],
  [
    'after which another Rollout has moved',
    {
      commits: {
        n: { files: { [FILE]: blind('v1', { more: rollout('web') }), [WORKER]: rollout('worker') } },
        next: blind('v2', { more: rollout('web') }),
        aside: { files: { [WORKER]: `${rollout('worker')}spec: other\n` } },
      },
    },
    { leftOut: { paths: [WORKER], commits: [] } },
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

const KUSTOMIZED = { files: { [FILE]: web('v1', { more: 'worker: 1\n' }), 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n' } }
const CHART = {
  [FILE]: web('v1', { more: 'worker: 1\n' }),
  'apps/web/Chart.yaml': 'name: web\n',
  'apps/web/templates/a.yaml': '{{ .Files.Get (printf "env/%s.yaml" .Values.env) }}',
  'apps/web/env/prod.yaml': 'a: 1',
}

it.each<[string, Asking, Partial<Record<keyof Told, unknown>>]>([
  [
    'its syncs brought, where whose a commit between is cannot be told',
    {
      commits: {
        n: KUSTOMIZED,
        mid: blind('v1', { more: 'worker: 1\n' }),
        next: web('v2', { more: 'worker: 2\n' }),
      },
    },
    { refusal: ['P7', expect.stringMatching(/“mid” is a commit of another Rollout's own is not known/)] },
  ],
  [
    'are the release’s own, where what a commit of them changes cannot be told',
    {
      commits: {
        n: { files: CHART },
        aside: { files: { [FILE]: web('v1', { more: 'worker: 2\n' }), 'apps/web/values.yaml': 'worker: 2' } },
        mid: { files: { [FILE]: web('v1', { more: 'failed: so\n' }), 'apps/web/env/prod.yaml': 'a: 2' } },
        next: {
          files: {
            [FILE]: web('v2', { more: 'worker: 2\n' }),
            'apps/web/templates/a.yaml': '{{ .Files.Get (printf "env/%s.yaml" .Values.at) }}',
          },
        },
      },
    },
    { refusal: ['P7', expect.stringMatching(/“mid” changes anything is not known\. so$/)], ends: ['aside', 'next'] },
  ],
])('of what is refused, the ends are told that %s', async (_, story, expected) => {
  const given = { application: { seenSince: 0 }, ...story }
  expect(await told(given)).toEqual({ ...RENDERED, brought: null, culprits: [], provenBy: null, ...expected })
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

it('where a sync of some resources alone brought N+1, nothing is said of which of several commits came with it', async () => {
  const commits = {
    n: web('v1'),
    mid: { files: { [FILE]: web('v1', { level: 2 }) } },
    next: { files: { [FILE]: web('v2', { level: 2 }) } },
  }
  const application: Story['application'] = ({ sha }) => ({
    operation: {
      ...running(sha('next'), at(49)),
      phase: 'Succeeded',
      revisions: [sha('next')],
      partial: true,
      rolloutsApplied: ['shop/web'],
    },
  })
  const of = (synced: readonly Sync[]) => told({ commits, next: web('v2', { level: 2 }), synced, application })
  expect(await of([N, NEXT])).toMatchObject({ refusal: null, culprits: ['mid', 'next'] })
  expect(await of([N])).toMatchObject({ refusal: ['P7', expect.stringContaining('a sync of some resources only')] })
})
