import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import {
  closingEvent,
  moveRevert,
  REVERT_TABLE,
  revertStanding,
  type PlannedRevert,
  type RevertEvent,
} from '../../../src/domain/revert/transitions.ts'
import { aRevert } from '../../contract/ledger-documents.ts'

const sha = (digit: string): CommitSha => asCommitSha(digit.repeat(40)) as CommitSha
const plan: PlannedRevert = {
  key: 'key',
  repoURL: 'https://git.example/shop/gitops.git',
  repository: 'git.example/shop/gitops',
  branch: 'kedge/revert/x',
  baseBranch: 'main',
  culprits: [],
  goodRevision: sha('a'),
  paths: ['apps/web/rollout.yaml'],
  cause: 'analysis-failed',
  otherApplications: [],
  plannedAt: 1,
}
const asking = fc.record({ release: fc.constantFrom('r1', 'r2'), attempt: fc.constantFrom('a1', 'a2') })
const head = fc.constantFrom(sha('c'), sha('d'), undefined)
const pullRequest = { number: 1, url: 'https://git.example/1' }

/** Each event, as it may come. The compiler asks for every one of them, so that none can be left out below. */
const EVENTS: { readonly [Type in RevertEvent['type']]: fc.Arbitrary<Omit<Extract<RevertEvent, { type: Type }>, 'type'>> } = {
  'revert-planned': asking.map((one) => ({ plan, ...one })),
  'revert-shared': asking,
  'revert-followed': fc.record({ release: fc.constantFrom('r1', 'r3') }),
  'revert-waits': fc.constant({}),
  'revert-opened': fc.constantFrom(sha('c'), null).map((commit) => ({ at: 2, pullRequest, commit })),
  'revert-touched': fc.record({ headSha: fc.constantFrom(sha('c'), sha('d')) }),
  'revert-retargeted': fc.record({ base: fc.constantFrom('main', 'other') }),
  'revert-lapsing': fc.record({ outcome: fc.constantFrom('restored', 'superseded', 'held'), headSha: head }),
  'revert-closing': fc.record({ outcome: fc.constantFrom('promoted', 'gone'), headSha: head }),
  'revert-closed': fc.boolean().map((touchedByOthers) => ({ at: 3, touchedByOthers })),
  'revert-merged': head.map((headSha) => ({ at: 4, headSha, mergeCommit: sha('e') })),
  'revert-declined': head.map((headSha) => ({ at: 4, headSha, pullRequest })),
  'revert-reopened': fc.constant({}),
  'revert-withdrawn': fc.constant({ at: 5 }),
  'restore-overdue': fc.constant({}),
  'revert-traced': fc.constant({ people: { author: 'kedge', approvers: ['ada'] } }),
}

/** Anything that may happen, at any time. */
const event: fc.Arbitrary<RevertEvent> = fc.oneof(
  ...Object.entries(EVENTS).map(([type, rest]) => (rest as fc.Arbitrary<object>).map((told) => ({ type, ...told }) as RevertEvent)),
)

describe('the table of a revert', () => {
  it('is where every event leads, from wherever events can have led before; what has no row changes nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let revert: Revert | undefined
        for (const one of events) {
          const step = REVERT_TABLE[revertStanding(revert)][one.type]
          const next = moveRevert(revert, one)
          expect(next && { to: revertStanding(next.revert), effects: next.effects }).toEqual(step && { to: step.to, effects: step.effects })
          revert = next?.revert ?? revert
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('has no event but these, and each of them in a row', () => {
    const inTable = Object.values(REVERT_TABLE).flatMap((rows) => Object.keys(rows))
    expect([...new Set(inTable)].sort()).toEqual(Object.keys(EVENTS).sort())
  })

  it('never leaves an end that people or a promotion made, but where a person reopens it or lets Git follow what was undone', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
        const revert = events.reduce<Revert | undefined>((one, next) => moveRevert(one, next)?.revert ?? one, undefined)
        fc.pre(['merged', 'declined', 'closed'].includes(revertStanding(revert)))
        fc.pre(`${revertStanding(revert)} ${last.type}` !== 'declined revert-reopened')
        fc.pre(`${revertStanding(revert)} ${last.type}` !== 'closed revert-planned')
        const after = moveRevert(revert, last)?.revert ?? revert
        expect([after?.state, after?.outcome, after?.endedAt]).toEqual([revert?.state, revert?.outcome, revert?.endedAt])
      }),
      { numRuns: 2_000 },
    )
  })

  it('lets a key be planned again once its plan was withdrawn, and forgets what the first plan was', () => {
    const planned = moveRevert(undefined, { type: 'revert-planned', plan, release: 'r1', attempt: 'a1' })?.revert
    const withdrawn = moveRevert(planned, { type: 'revert-withdrawn', at: 5 })?.revert
    expect(revertStanding(withdrawn)).toBe('free')
    const again = moveRevert(withdrawn, { type: 'revert-planned', plan: { ...plan, plannedAt: 9 }, release: 'r2', attempt: 'a2' })
    expect(again?.revert).toMatchObject({ state: 'planned', outcome: null, endedAt: null, plannedAt: 9, releases: ['r2'] })
  })

  it('opens another PR after an end that the world made, and remembers the one before', () => {
    const steps: RevertEvent[] = [
      { type: 'revert-planned', plan, release: 'r1', attempt: 'a1' },
      { type: 'revert-opened', at: 2, pullRequest, commit: sha('c') },
      closingEvent('restored', sha('c')),
      { type: 'revert-closed', at: 3, touchedByOthers: false },
      { type: 'revert-planned', plan, release: 'r3', attempt: 'a3' },
    ]
    const revert = steps.reduce<Revert | undefined>((one, next) => moveRevert(one, next)?.revert ?? one, undefined)
    expect(revert).toMatchObject({ state: 'planned', outcome: null, pullRequest: null, formerPullRequests: [1], releases: ['r3'] })
  })

  it('whose PR was open takes its branch away and tells its releases, whoever ended it at the forge', () => {
    const live = [REVERT_TABLE.open, REVERT_TABLE.closing, REVERT_TABLE.lapsing]
    const ends = live.flatMap((rows) => [rows['revert-merged'] ?? [], rows['revert-declined'] ?? []].flat())
    expect(ends.length).toBeGreaterThan(3)
    for (const { effects } of ends) expect(effects).toEqual(expect.arrayContaining(['delete-branch', 'tell-releases']))
  })

  it.each([
    ['another commit at the head of its branch', sha('c'), sha('d'), true],
    ['its own commit there', sha('c'), sha('c'), false],
    ['no branch', sha('c'), undefined, false],
    ['any commit, while its own is not known', undefined, sha('d'), false],
    ["any commit, where the branch held somebody else's work", null, sha('d'), true],
  ])('is touched by others, or not: %s', (_, commit, headSha, touched) => {
    const steps: RevertEvent[] = [
      { type: 'revert-planned', plan, release: 'r1', attempt: 'a1' },
      ...(commit === undefined ? [] : [{ type: 'revert-opened' as const, at: 2, pullRequest, commit }]),
      { type: 'revert-declined', at: 4, headSha, pullRequest },
    ]
    const revert = steps.reduce<Revert | undefined>((one, next) => moveRevert(one, next)?.revert ?? one, undefined)
    expect(revert).toMatchObject({ outcome: 'declined', touchedByOthers: touched })
  })

  it('has these effects, and no others', () => {
    const all = Object.entries(REVERT_TABLE).flatMap(([standing, rows]) =>
      Object.entries(rows).map(([type, { effects }]) => [`${standing} ${type}`, effects.join(' ')] as const),
    )
    const merged = 'delete-branch tell-releases trace-revert'
    const declined = 'delete-branch tell-releases'
    expect(Object.fromEntries(all.filter(([, effects]) => effects !== ''))).toEqual({
      'free revert-planned': 'open-revert',
      'planned revert-shared': 'open-revert',
      'planned revert-waits': 'tell-releases',
      'planned revert-merged': 'trace-revert',
      'planned revert-withdrawn': 'free-releases',
      'open revert-shared': 'open-revert',
      'open revert-retargeted': 'tell-releases',
      'open revert-lapsing': 'close-revert',
      'open revert-closing': 'close-revert',
      'open revert-merged': merged,
      'open revert-declined': declined,
      'closing revert-closed': 'tell-releases',
      'closing revert-merged': merged,
      'closing revert-declined': declined,
      'lapsing revert-closed': 'tell-releases',
      'lapsing revert-merged': merged,
      'lapsing revert-declined': declined,
      'declined revert-reopened': 'tell-releases',
      'closed revert-planned': 'open-revert',
      'lapsed revert-planned': 'open-revert',
    })
  })

  it.each<[string, Partial<Revert> | undefined]>([
    ['free', undefined],
    ['free', { state: 'ended', outcome: 'withdrawn' }],
    ['planned', { state: 'planned', outcome: null }],
    ['open', { state: 'open', outcome: null }],
    ['closing', { state: 'closing', outcome: 'promoted' }],
    ['lapsing', { state: 'closing', outcome: 'held' }],
    ['merged', { state: 'ended', outcome: 'merged' }],
    ['declined', { state: 'ended', outcome: 'declined' }],
    ['closed', { state: 'ended', outcome: 'gone' }],
    ['lapsed', { state: 'ended', outcome: 'restored' }],
  ])('stands as %s: %j', (standing, fields) => {
    expect(revertStanding(fields && aRevert({ key: 'k', ...fields }))).toBe(standing)
  })

  it('is planned with nothing of a PR yet', () => {
    const planned = moveRevert(undefined, { type: 'revert-planned', plan, release: 'r1', attempt: 'a1' })?.revert
    expect(planned).toStrictEqual({
      ...plan,
      state: 'planned',
      outcome: null,
      commit: null,
      pullRequest: null,
      touchedByOthers: false,
      openedAt: null,
      endedAt: null,
      mergeCommit: null,
      toldNotRestored: false,
      releases: ['r1'],
    })
  })

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
  ])('is touched by others at its close where it was before (%s), or is then (%s): %s', (before, then, after) => {
    const closing = aRevert({ key: 'k', state: 'closing', outcome: 'promoted', touchedByOthers: before })
    expect(moveRevert(closing, { type: 'revert-closed', at: 3, touchedByOthers: then })?.revert.touchedByOthers).toBe(after)
  })

  it.each(['revert-shared', 'revert-followed'] as const)('stands for one release more, and for each once: %s', (type) => {
    const open = aRevert({ key: 'k', releases: ['r1', 'r2'] })
    const releasesOf = (one: string) => moveRevert(open, { type, release: one, attempt: 'a' } as RevertEvent)?.revert.releases
    expect([releasesOf('r3'), releasesOf('r1')]).toEqual([
      ['r1', 'r2', 'r3'],
      ['r1', 'r2'],
    ])
  })

  it('says why it lapses where that is told, and has no word of it where it is not', () => {
    const lapsing = (event: RevertEvent) => moveRevert(aRevert({ key: 'k' }), event)?.revert
    expect(lapsing(closingEvent('restored', undefined, 'parameters'))).toMatchObject({ outcome: 'restored', closedFor: 'parameters' })
    expect(lapsing(closingEvent('restored', undefined))).not.toHaveProperty('closedFor')
  })

  it('closes only what is open', () => {
    const closes = Object.entries(REVERT_TABLE).flatMap(([from, rows]) => (rows['revert-closing'] || rows['revert-lapsing'] ? [from] : []))
    expect(closes).toEqual(['open'])
  })
})
