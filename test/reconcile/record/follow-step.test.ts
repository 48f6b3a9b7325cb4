import { expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { KeptPolicy, Release } from '../../../src/domain/release/release.ts'
import { moveRelease, type ReleaseEvent, type ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { followExperiment, followStep, keepPolicy } from '../../../src/reconcile/record/moves.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aPass } from '../a-case.ts'
import { anApplication } from '../an-application.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const PROMOTED: ReleaseEvent = { type: 'release-ended', outcome: 'promoted', at: NOW }
const CARD: LedgerEntry = {
  kind: 'card',
  key: 'r',
  event: 'card-changed',
  document: { releaseKey: 'r', channel: 'C', ref: { channel: 'C', timestamp: '1' }, contentHash: 'before' },
}

function stepOf(release: Release | undefined, event: ReleaseEvent): ReleaseTransition {
  const step = moveRelease(release, event)
  if (!step) throw new Error('the table does not allow it')
  return step
}

const releaseIn = (entries: readonly LedgerEntry[]): Release | undefined =>
  entries.flatMap((one) => (one.kind === 'release' && one.key === 'r' ? [one.document] : []))[0]

it.each<{ what: string; policy: Partial<Policy>; kept: KeptPolicy }>([
  { what: 'the mode and the channel', policy: {}, kept: TOLD_IN_C },
  { what: 'no channel', policy: { channel: undefined, mode: 'observe' }, kept: { mode: 'observe', channel: null, mutedUntil: null } },
  {
    what: 'all that it says of telling people',
    policy: { mutedUntil: 7, alsoTell: ['D'], announce: ['status', 'deployment', 'comment'], deploymentEnvironment: 'e', inStorms: false },
    kept: { ...TOLD_IN_C, mutedUntil: 7, alsoTell: ['D'], announce: ['status', 'comment'], deployments: 'e', inStorms: false },
  },
  { what: 'deployments alone', policy: { announce: ['deployment'], deploymentEnvironment: 'e' }, kept: { ...TOLD_IN_C, deployments: 'e' } },
])('of the policy a release keeps $what', async ({ policy, kept }) => {
  const { environment } = await anEnvironment()
  const step = stepOf(undefined, { type: 'release-started', facts: aRelease({ key: 'r' }) })
  expect(releaseIn(followStep(environment, aPass({}, policy), step))?.policy).toStrictEqual(kept)
})

it('the release of a Rollout that is gone keeps what it had', async () => {
  const present = aRelease({ key: 'r', policy: { ...TOLD_IN_C, channel: 'before' } })
  const { environment } = await anEnvironment([known('release', present)])
  const entries = followStep(environment, aPass({ rollout: undefined }), stepOf(present, { ...PROMOTED, outcome: 'gone' }))
  expect(releaseIn(entries)).toMatchObject({ state: 'ended', outcome: 'gone', policy: { channel: 'before' } })
})

it('with a step all that follows from it is written: the release first', async () => {
  const applied = { application: 'argocd/web', revisions: [] }
  const present = aRelease({ key: 'r', state: 'rolling', attempts: [anAttempt()], policy: TOLD_IN_C, applied })
  const images = { mayRead: () => true } as unknown as NonNullable<Awaited<ReturnType<typeof anEnvironment>>['environment']['images']>
  const { environment } = await anEnvironment([known('release', present), CARD], { images })
  const pass = aPass({ applications: [anApplication()] })
  expect(followStep(environment, pass, stepOf(present, PROMOTED)).map(lineOf)).toEqual([
    'release r: release-ended',
    'read-images-intended',
    'trace-release-intended',
    'publish-card-intended',
    'card r: card-changed',
  ])
})

it.each([
  { revertKey: 'v', lines: ['release r: release-started', 'revert v: revert-followed'] },
  { revertKey: null, lines: ['release r: release-started'] },
])('the revert $revertKey that stands for a release from its beginning on is told of it', async ({ revertKey, lines }) => {
  const { environment } = await anEnvironment([known('revert', aRevert({ key: 'v', releases: ['before'] }))])
  const step = stepOf(undefined, { type: 'release-started', facts: aRelease({ key: 'r', revertKey }) })
  const entries = followStep(environment, aPass(), step)
  expect(entries.map(lineOf)).toEqual(lines)
  expect(entries[1]?.document).toEqual(revertKey === null ? undefined : aRevert({ key: 'v', releases: ['before', 'r'] }))
})

const FAILED = { attempts: [anAttempt({ seenAt: NOW })], policy: TOLD_IN_C }
/** Two that failed for one commit, one of them alone so far. */
const other = known('release', aRelease({ key: 'o', rollout: 'api', uid: 'api', repository: 'acme/shop', ...FAILED }))

it.each<{ event: ReleaseEvent['type']; state: Release['state']; fits: boolean; storm: 's' | 'new' | undefined }>([
  { event: 'release-updated', state: 'failed', fits: false, storm: 's' },
  { event: 'release-failed', state: 'failed', fits: false, storm: undefined },
  { event: 'release-undone', state: 'ended', fits: false, storm: undefined },
  { event: 'release-burned', state: 'ended', fits: false, storm: undefined },
  { event: 'release-relapsed', state: 'rolling', fits: true, storm: 's' },
  { event: 'release-failed', state: 'rolling', fits: true, storm: 'new' },
])('$event (fits elsewhere: $fits): the release is in storm $storm', async ({ event, state, fits, storm }) => {
  const repository = fits ? 'acme/shop' : null
  const present = aRelease({ key: 'r', state, repository, storm: 's', ...FAILED })
  const over = known('storm', aStorm({ key: 's', state: 'over', endedAt: 1 }))
  const { environment } = await anEnvironment([known('release', present), other, over])
  const entries = followStep(environment, aPass(), stepOf(present, { type: event, facts: present } as ReleaseEvent))
  const begun = entries.flatMap((one) => (one.kind === 'storm' ? [one.key] : []))
  expect(begun).toHaveLength(storm === 'new' ? 1 : 0)
  // What has only got that as news writes nothing where it had it.
  expect((releaseIn(entries) ?? present).storm).toBe(storm === 'new' ? begun[0] : storm)
  const gathered = entries.flatMap((one) => (one.event === 'release-gathered' ? [one.document] : []))
  expect(gathered).toMatchObject(storm === 'new' ? [{ key: 'o', storm: begun[0] }] : [])
})

const NOTED = { decision: { action: 'notify', reason: 'No.', checks: [], at: 0 } }

it.each<{ what: string; present: Partial<Release>; event: ReleaseEvent; lines: readonly string[] }>([
  {
    what: 'tells what is news of one that was decided on',
    present: NOTED,
    event: { type: 'release-updated', facts: { author: 'ada' } },
    lines: ['release r: release-updated', 'publish-card-intended', 'card r: card-changed'],
  },
  {
    what: 'tells no news of one that was not',
    present: {},
    event: { type: 'release-updated', facts: { author: 'ada' } },
    lines: ['release r: release-updated'],
  },
  { what: 'writes nothing where nothing is new', present: NOTED, event: { type: 'release-updated', facts: {} }, lines: [] },
  { what: 'writes nothing that may not be', present: { state: 'ended' }, event: PROMOTED, lines: [] },
  {
    what: 'tells once that it is over',
    present: NOTED,
    event: { ...PROMOTED, outcome: 'restored' },
    lines: ['release r: release-ended', 'publish-card-intended', 'card r: card-changed'],
  },
  {
    what: 'tells that it is over where nothing was decided',
    present: {},
    event: { ...PROMOTED, outcome: 'restored' },
    lines: ['release r: release-ended', 'publish-card-intended', 'card r: card-changed'],
  },
  {
    what: 'tells the revert that stands for it',
    present: { ...NOTED, state: 'ended', revertKey: 'v' },
    event: { type: 'release-freed', facts: { revertKey: null } },
    lines: ['release r: release-freed', 'publish-card-intended', 'card r: card-changed'],
  },
])('of an Experiment: $what', async ({ present, event, lines }) => {
  const release = aRelease({ key: 'r', rollout: 'experiment:load', attempts: [anAttempt()], policy: TOLD_IN_C, ...present })
  const { environment } = await anEnvironment([known('release', release), CARD])
  expect(followExperiment(environment, aPass().policy, 'r', event).map(lineOf)).toEqual(lines)
})

it('of an Experiment: one that begins with a revert is told to it, and has no trace', async () => {
  const { environment } = await anEnvironment([known('revert', aRevert({ key: 'v' }))])
  const facts = aRelease({ key: 'r', rollout: 'experiment:load', revertKey: 'v' })
  const entries = followExperiment(environment, aPass().policy, 'r', { type: 'release-failed', facts })
  expect(entries.map(lineOf)).toEqual(['release r: release-failed', 'revert v: revert-followed'])
})

it.each<{ what: string; present: Partial<Release>; isKept: boolean }>([
  { what: 'that is open', present: {}, isKept: true },
  { what: 'that has kept it already', present: { policy: TOLD_IN_C }, isKept: false },
  { what: 'that is over', present: { state: 'ended' }, isKept: false },
  { what: 'that is over, and whose revert is not', present: { state: 'ended', revertKey: 'live' }, isKept: true },
  { what: 'that is over with its revert', present: { state: 'ended', revertKey: 'ended' }, isKept: false },
])('what the policy says of telling people is kept with a release $what: $isKept', async ({ present, isKept }) => {
  const release = aRelease({ key: 'r', ...present })
  const moved = aRelease({ key: 'moved' })
  const ended = aRevert({ key: 'ended', state: 'ended', outcome: 'merged', endedAt: 1 })
  const reverts = [known('revert', aRevert({ key: 'live' })), known('revert', ended)]
  const { environment } = await anEnvironment([known('release', release), known('release', moved), ...reverts])
  const steps = [stepOf(moved, PROMOTED), stepOf(aRelease({ key: 'another' }), PROMOTED)]
  const entries = keepPolicy(environment, aPass({ releases: [moved, release] }), steps)
  expect(entries.map(lineOf)).toEqual(isKept ? ['release r: release-policy'] : [])
  expect(releaseIn(entries)).toEqual(isKept ? { ...release, policy: TOLD_IN_C } : undefined)
  expect(keepPolicy(environment, aPass({ releases: [moved, release], rollout: undefined }), [])).toEqual([])
})
