import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Mode } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { PullRequestFacts } from '../../../src/domain/revert/steps.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { followMerge, followRevert } from '../../../src/reconcile/record/resolution.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt } from '../../domain/an-attempt.ts'
import { commit, sha, source } from '../../domain/decision/clear.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aCase } from '../a-case.ts'
import { anApplication } from '../an-application.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const OPEN: PullRequestFacts = { state: 'open', headSha: '1'.repeat(40), base: 'main', mergeCommit: undefined }
const CARD = (key: string): readonly string[] => ['publish-card-intended', `card ${key}: card-changed`]
const UPDATED = ['release r: release-updated', 'trace-source-intended']

const failed = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'r', revision: null, attempts: [anAttempt()], policy: TOLD_IN_C, revertKey: 'key', ...fields })

interface Given {
  release?: Partial<Release>
  others?: readonly Partial<Release>[]
  git?: Partial<SourceFacts> | null
  pullRequest?: Partial<PullRequestFacts>
  revert?: Partial<Revert>
  mode?: Mode
  /** What the ledger says of it by then. */
  present?: Partial<Revert> | null
  storm?: boolean
}

/** What is written of the open revert of `r`. Others fail in Rollouts, and by templates, of their own. */
async function followed({ release, others = [], git = null, pullRequest, revert, mode = 'pr', present = {}, storm }: Given) {
  const document = failed({ ...release, ...(storm && { storm: 's' }) })
  const all = others.map((one, at) => {
    const name = `o${at + 1}`
    return failed({ key: name, rollout: name, uid: name, templateKey: name, revertKey: 'key', ...one })
  })
  const mine = all.filter(({ revertKey }) => revertKey === 'key').map(({ key }) => key)
  const live = aRevert({ key: 'key', releases: ['r', ...mine], culprits: [commit()], ...revert })
  const { environment } = await anEnvironment([
    known('storm', aStorm({ key: 's' })),
    ...[document, ...all].map((one) => known('release', one)),
    ...(present === null ? [] : [known('revert', { ...live, ...present })]),
  ])
  const findings = { source: git && { ...source, ...git }, pullRequest: { ...OPEN, ...pullRequest } }
  const entries = followRevert(environment, aCase(document, { findings, revert: live, policy: { mode, quarantineMs: 0 } }), live)
  const written = entries.flatMap((one) => (one.kind === 'revert' ? [one.document] : []))[0]
  return { entries, lines: entries.map(lineOf), revert: written }
}

const LAPSING = ['revert key: revert-lapsing', 'close-revert-intended', ...CARD('r')]
const CLOSING = ['revert key: revert-closing', 'close-revert-intended', ...CARD('r')]
const MERGED = ['revert key: revert-merged', 'delete-branch-intended']

describe('an open revert', () => {
  it.each<{ what: string; given: Given; lines: readonly string[] }>([
    { what: 'stays as it is, and its card says so', given: {}, lines: CARD('r') },
    { what: 'is told with what Git says', given: { git: {} }, lines: [...UPDATED, ...CARD('r')] },
    { what: 'is closed once Git asks for N', given: { git: { restoredInGit: true } }, lines: [...UPDATED, ...LAPSING] },
    { what: 'is left by who only observes once Git asks for N', given: { git: { restoredInGit: true }, mode: 'observe' }, lines: UPDATED },
    {
      what: 'is closed for good once its release is promoted',
      given: { release: { state: 'ended', outcome: 'promoted' } },
      lines: CLOSING.slice(0, 2),
    },
    {
      what: 'is left by who only observes once its release is promoted',
      given: { release: { state: 'ended', outcome: 'promoted' }, mode: 'observe' },
      lines: [],
    },
    {
      what: 'is seen to be touched by who only observes',
      given: { git: { restoredInGit: true }, pullRequest: { headSha: 'f' }, mode: 'observe' },
      lines: [...UPDATED, 'revert key: revert-touched'],
    },
    {
      what: 'is seen to be merged by who only observes',
      given: { pullRequest: { state: 'merged' }, mode: 'observe' },
      lines: ['revert key: revert-merged', 'trace-revert-intended'],
    },
    {
      what: 'is told once of each of its releases',
      given: { others: [{}], pullRequest: { state: 'merged' } },
      lines: [...MERGED, ...CARD('o1'), 'trace-revert-intended', ...CARD('r')],
    },
    { what: 'that was withdrawn meanwhile is left to the next look', given: { release: { revertKey: null }, git: {} }, lines: UPDATED },
    {
      what: 'that was merged since the forge was asked stays so',
      given: { present: { state: 'ended', outcome: 'merged', endedAt: 1 } },
      lines: CARD('r'),
    },
    {
      what: 'that was closed since the forge was asked stays so',
      given: { present: { state: 'ended', outcome: 'declined', endedAt: 1 } },
      lines: CARD('r'),
    },
    { what: 'that is forgotten is told as it was', given: { present: null }, lines: CARD('r') },
  ])('$what', async ({ given, lines }) => {
    expect((await followed(given)).lines).toEqual(lines)
  })

  it.each<{ what: string; given: Given; words: string }>([
    { what: 'while nothing has happened', given: {}, words: '#7' },
    { what: 'as it has ended meanwhile', given: { present: { state: 'ended', outcome: 'declined', endedAt: 1 } }, words: 'closed' },
    { what: 'as it has just ended', given: { pullRequest: { state: 'merged' } }, words: 'merged' },
  ])('is on the card $what', async ({ given, words }) => {
    const { entries } = await followed(given)
    const card = entries.find(({ event }) => event === 'publish-card-intended')
    expect(JSON.stringify(card)).toContain(words)
  })

  it('is judged by its releases as they are from now on', async () => {
    const applied = { application: 'argocd/web', revisions: [] }
    const brought = { applied, goodApplied: null }
    const given = { git: { later: [commit()], brought }, others: [{ applied }], release: { applied: null } }
    expect((await followed(given)).revert).toMatchObject({ state: 'closing', outcome: 'superseded' })
  })
})

describe('of many that failed for one cause the revert', () => {
  const [one, two, three] = [sha('1'), sha('2'), sha('3')]
  const member = (fields: Partial<Release> = {}): Partial<Release> => ({ storm: 's', revision: two, revertKey: null, ...fields })
  const over: Partial<Release> = { state: 'ended', outcome: 'restored', endedAt: 1 }

  it.each<{ what: string; given: Given; isHeld: boolean }>([
    { what: 'is taken back', given: { storm: true, release: { revision: one }, others: [member()] }, isHeld: true },
    {
      what: 'of another one that is none of them stays',
      given: { storm: true, release: { revision: one }, others: [member(), { revision: three }] },
      isHeld: false,
    },
    {
      what: 'of another one that is over is taken back',
      given: { storm: true, release: { revision: one }, others: [member(), { revision: three, ...over }] },
      isHeld: true,
    },
    {
      what: 'stays where none of them is open',
      given: { storm: true, release: { revision: one, ...over }, others: [member()], git: {} },
      isHeld: false,
    },
    { what: 'stays where it failed by itself', given: { release: { revision: one }, others: [member()] }, isHeld: false },
  ])('$what', async ({ given, isHeld }) => {
    const { revert } = await followed(given)
    expect(revert?.outcome).toBe(isHeld ? 'held' : undefined)
  })
})

const CHECKS = [{ id: 'P1', title: '', outcome: 'passed', detail: '' }] as const
const DEADLINE_MS = 60_000

describe('a merge that does not bring N back in time', () => {
  async function merged(fields: { release?: Partial<Release>; revert?: Partial<Revert>; known?: readonly ('release' | 'revert')[] }) {
    const document = failed(fields.release)
    const revert = aRevert({ key: 'key', state: 'ended', outcome: 'merged', endedAt: NOW - DEADLINE_MS, releases: ['r'], ...fields.revert })
    const { known: there = ['release', 'revert'] } = fields
    const documents: Readonly<Record<string, LedgerEntry>> = { release: known('release', document), revert: known('revert', revert) }
    const { environment } = await anEnvironment(there.flatMap((kind) => documents[kind] ?? []))
    const policy = { restoreDeadlineMs: DEADLINE_MS, quarantineMs: 0 }
    const look = { applications: [anApplication([{}], { health: 'Degraded' })] }
    const entries = followMerge(environment, aCase(document, { findings: { source }, revert, policy, look }), revert)
    const release = entries.flatMap((one) => (one.kind === 'release' ? [one.document] : []))[0]
    return { lines: entries.map(lineOf), release, card: JSON.stringify(entries) }
  }
  const OVERDUE = ['revert key: restore-overdue', 'release r: release-decided', ...CARD('r')]

  it.each<{ what: string; given: Parameters<typeof merged>[0]; lines: readonly string[] }>([
    { what: 'is told once', given: {}, lines: OVERDUE },
    { what: 'is not told again', given: { revert: { toldNotRestored: true } }, lines: [...UPDATED, ...CARD('r')] },
    { what: 'is not told before its time', given: { revert: { endedAt: NOW - DEADLINE_MS + 1 } }, lines: [...UPDATED, ...CARD('r')] },
    { what: 'is nothing of a release that is forgotten', given: { known: ['revert'] }, lines: [] },
    { what: 'is told though the revert is forgotten', given: { known: ['release'] }, lines: OVERDUE.slice(1) },
  ])('$what', async ({ given, lines }) => {
    expect((await merged(given)).lines).toEqual(lines)
  })

  it('is told in Argo CD’s words, with the checks of before', async () => {
    const decision = { action: 'notify', reason: 'No.', checks: CHECKS, at: 1 }
    const { release } = await merged({ release: { decision } })
    const reason = expect.stringContaining('Argo CD says: Synced/Degraded')
    expect(release).toMatchObject({ decision: { action: 'notify', reason, checks: CHECKS, at: NOW }, revision: sha('b') })
    expect((await merged({})).release?.decision?.checks).toEqual([])
  })

  it('is told as an alert’s that fires although N is back', async () => {
    const burning = { cause: 'slo-burn', serving: 'in-step', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn() })] } as const
    const { release } = await merged({ release: burning })
    expect(release?.decision?.reason).toMatch(/^The version before is back, and the alert still fires/)
  })

  it('is on the card as told', async () => {
    expect((await merged({})).card).toContain('"toldNotRestored":true')
  })
})
