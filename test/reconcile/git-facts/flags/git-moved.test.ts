import { expect, it } from 'vitest'
import type { AppliedRevision } from '../../../../src/domain/application/applied-revision.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { appliedSource } from '../../an-application.ts'
import { aMove, CHARTS, config, NOWHERE, web, whetherMoved, type Move } from './a-move.ts'

type Row = readonly [what: string, move: Partial<Move>, moved: Awaited<ReturnType<typeof whetherMoved>>]

/** Another field, another file, and the same of N+1. */
const FIELD = { changes: [web('v1'), web('v2'), web('v2', 2)] }
const FILE = { changes: [web('v1'), web('v2'), config('a')] }
const BACK = { changes: [web('v1'), web('v2'), web('v1')] }

it.for<Row>([
  ['what the Application does not read', { changes: [web('v1'), web('v2'), { 'other.yaml': '' }] }, false],
  [
    'what the Application does not read, with which N is as Git asks',
    { changes: [web('v1'), web('v2'), { 'other.yaml': '' }], isAsked: true },
    false,
  ],
  ['N’s own files', BACK, true],
  ['one of two files of N', { changes: [{ ...web('v1'), ...config('a') }, { ...web('v2'), ...config('b') }, web('v1')] }, true],
  ['other fields', FIELD, true],
  ['other fields, which render what N+1 does', { ...FIELD, rendered: { 0: 'v1', 2: 'v2' } }, false],
  ['other fields, which render N', { ...FIELD, rendered: { 0: 'v1', 2: 'v1' } }, true],
  ['other fields, which are not rendered', { ...FIELD, rendered: { 0: 'v1' } }, true],
  ['other files', FILE, false],
  ['other files, of which N alone is rendered', { ...FILE, rendered: { 0: 'v1' } }, false],
  ['other files, with which N is as Git asks', { ...FILE, isAsked: true }, true],
  ['other files, which render N', { ...FILE, rendered: { 0: 'v1', 2: 'v1' } }, true],
  ['other files, which do not render N', { ...FILE, rendered: { 0: 'v1', 2: 'v2' }, isAsked: true }, false],
  ['other files, where N+1 is of a commit that changed none', { changes: [web('v1'), { 'x.yaml': '' }, config('a')] }, true],
])('the newest sync brought %s', async ([, move, moved]) => {
  expect(await whetherMoved(move)).toBe(moved)
})

const CHART = { repoURL: CHARTS, path: 'web' }
const two = (shas: readonly string[], at: number): AppliedRevision => ({ application: 'argocd/web', revisions: [shas[at] ?? '', NOWHERE] })
const HYDRATED = { syncRepoURL: undefined, syncBranch: 'env', syncPath: 'apps/web' }
const released = (fields: Partial<Release>): Partial<Move> => ({ release: () => fields })
const EARLIER = { changes: [web('v0'), web('v1'), web('v2')], applied: 2, newest: 0 }

it.for<Row>([
  ['earlier than N+1, which is in no history', EARLIER, false],
  ['earlier than N+1, with another in the history', { ...EARLIER, history: [1] }, false],
  ['earlier than N+1, which is in the history', { ...EARLIER, history: [1, 2] }, true],
  ['earlier than N+1, of a hydrated Application', { ...EARLIER, application: { hydrator: HYDRATED } }, true],
  ['earlier than N+1, of several repositories', { ...EARLIER, sources: [{}, CHART] }, true],
  ['of what is no commit', { ...FILE, newest: { revisions: ['main'] } }, true],
  ['of a commit that is gone', { ...FILE, newest: { revisions: [NOWHERE] } }, true],
  ['not of what N+1 says, which is no commit', { ...FILE, applied: { revisions: ['main'] } }, false],
  ['not of what N+1 says, which is gone', { ...FILE, applied: { revisions: [NOWHERE] } }, false],
])('the newest sync was %s', async ([, move, moved]) => {
  expect(await whetherMoved(move)).toBe(moved)
})

it.for<readonly [what: string, move: Partial<Move>]>([
  ['N’s commit', released({ goodRevision: null })],
  ['N+1’s commit', released({ revision: null })],
  ['N’s commit any more', released({ goodRevision: NOWHERE as Release['goodRevision'] })],
  ['N+1’s commit any more', released({ revision: NOWHERE as Release['revision'] })],
  ['the dry commit', { application: { hydrator: HYDRATED } }],
  ['an Application', { application: null }],
  ['one repository', { sources: [{}, CHART], release: (shas) => ({ applied: two(shas, 1) }) }],
  ['one branch', { sources: [{}, { targetRevision: 'other' }] }],
])('where nobody knows %s, the newest sync counts as moved', async ([, move]) => {
  expect(await whetherMoved({ ...FILE, ...move })).toBe(true)
})

const saying = (parameters: string) => ({ sources: [appliedSource({ parameters })] })
const PARAMETERS = { applied: saying('{"a":1}'), history: [1], isAsked: true }

it.for<Row>([
  ['alone', { ...PARAMETERS, changes: [web('v1'), web('v2')], newest: saying('{}') }, 'by-parameters'],
  [
    'alone, and N’s commit is gone',
    { ...PARAMETERS, changes: [web('v1'), web('v2')], newest: saying('{}'), ...released({ goodRevision: NOWHERE as never }) },
    'by-parameters',
  ],
  [
    'alone, and N+1’s own commit is gone',
    { ...PARAMETERS, changes: [web('v1'), web('v2')], newest: saying('{}'), ...released({ revision: NOWHERE as never }) },
    'by-parameters',
  ],
  ['beside files', { ...PARAMETERS, ...BACK, newest: saying('{}') }, true],
])('the newest sync brought other parameters of the Application %s', async ([, move, moved]) => {
  expect(await whetherMoved(move)).toBe(moved)
})

it('of several sources, N is rendered with what was applied with it, or with the newest', async () => {
  const sources = [{ repoURL: 'https://charts.example', chart: 'web', path: undefined, targetRevision: '1.x' }, {}]
  const revisions = async (goodApplied: AppliedRevision | null): Promise<unknown> => {
    const { moved, look, shas, asked } = await aMove({
      ...FILE,
      sources,
      release: (all) => ({ goodApplied, applied: { application: 'argocd/web', revisions: ['1.1', all[1] ?? ''] } }),
    })
    await moved.ask(look({ newest: { revisions: ['1.2', shas[2] ?? ''] } }).look)
    return asked.map(([chart, commit = '']) => [chart, shas.findIndex((sha) => sha === commit)])
  }
  const applied = { application: 'argocd/web', revisions: ['1.0', ''] }
  expect(await revisions(applied)).toEqual([
    ['1.0', 0],
    ['1.2', 2],
  ])
  expect(await revisions(null)).toEqual([
    ['1.2', 0],
    ['1.2', 2],
  ])
})

const stay = (at: number | undefined, number: number | undefined): Partial<Move> => ({
  look: {
    replicaSets: number === undefined ? [] : [aReplicaSet('old', number)],
    version: (hash) => (hash === 'old' && at !== undefined ? ({ stay: at } as never) : undefined),
  },
})

it.for<readonly [what: string, move: Partial<Move>, moved: boolean]>([
  ['where it was seen, at the number that N has', stay(3, 3), true],
  ['not where N has come back once more', stay(3, 4), false],
  ['not where that was before N+1', stay(1, 1), false],
  ['not where that was with N+1', stay(2, 2), false],
  ['not where it was never seen', stay(undefined, undefined), false],
])('that N is as Git asks is known %s', async ([, move, moved]) => {
  expect(await whetherMoved({ ...FILE, ...move })).toBe(moved)
})
