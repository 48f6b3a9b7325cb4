import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/domain/decision/decision.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Findings } from '../../../src/reconcile/decide/case.ts'
import { recordDecision, recordFindings, restOf } from '../../../src/reconcile/record/resolution.ts'
import { aRelease, aRevert, anEffect } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { sha, source } from '../../domain/decision/clear.ts'
import { aCase } from '../a-case.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const OPENS: Decision = { action: 'open-revert', reason: 'All checks passed.', checks: [] }
const NOTIFIES: Decision = { action: 'notify', reason: 'No.', checks: [] }

const failed = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'r', revision: null, attempts: [anAttempt({ key: 'r|1' })], policy: TOLD_IN_C, ...fields })
const ended = (outcome: Revert['outcome'], endedAt = 1): Partial<Revert> => ({ state: 'ended', outcome, endedAt })

interface Given {
  release?: Partial<Release>
  /** What the ledger has of it in its turn. */
  present?: null
  revert?: Partial<Revert> | undefined
  findings?: Partial<Findings>
  quarantineMs?: number
  documents?: readonly LedgerEntry[]
}

async function place({ release, present, revert, findings, quarantineMs = 0, documents = [] }: Given) {
  const document = failed(release)
  const standing = revert && aRevert({ key: 'key', releases: ['before'], ...revert })
  const { environment } = await anEnvironment([
    ...(present === null ? [] : [known('release', document)]),
    ...(standing ? [known('revert', standing)] : []),
    ...documents,
  ])
  const own = document.revertKey === null ? undefined : standing
  return { environment, known: aCase(document, { findings: { source, ...findings }, revert: own, policy: { quarantineMs } }) }
}

async function decided(decision: Decision, given: Given = {}) {
  const { environment, known: case_ } = await place(given)
  const entries = recordDecision(environment, case_, decision)
  const found = entries.flatMap((one) => (one.kind === 'release' ? [one.document] : []))[0]
  const revert = entries.flatMap((one) => (one.kind === 'revert' ? [one.document] : []))[0]
  return { entries, lines: entries.map(lineOf), release: found, revert }
}

const CARD = ['publish-card-intended', 'card r: card-changed']
const PLANNED = ['revert key: revert-planned', 'open-revert-intended', 'release r: release-decided', ...CARD]
const SHARED = ['revert key: revert-shared', 'open-revert-intended', 'release r: release-decided', ...CARD]
const NONE = ['release r: release-decided', 'trace-source-intended', ...CARD]

describe('a decision on a failed release', () => {
  it.each<{ what: string; decision?: Decision; given: Given; lines: readonly string[] }>([
    { what: 'that opens a PR plans a revert', given: {}, lines: PLANNED },
    { what: 'that notifies plans none', decision: NOTIFIES, given: {}, lines: NONE },
    { what: 'plans none where Git says nothing', given: { findings: { source: null } }, lines: ['release r: release-decided', ...CARD] },
    { what: 'plans anew what has lapsed', given: { revert: ended('superseded') }, lines: PLANNED },
    { what: 'plans anew what was closed', given: { revert: ended('promoted') }, lines: PLANNED },
    { what: 'plans anew what was withdrawn', given: { revert: ended('withdrawn') }, lines: PLANNED },
    { what: 'shares what is planned for another', given: { revert: { state: 'planned', pullRequest: null } }, lines: SHARED },
    { what: 'shares what is open for another', given: { revert: {} }, lines: SHARED.toSpliced(3, 0, 'trace-source-intended') },
    { what: 'plans nothing that people have merged', given: { revert: ended('merged') }, lines: NONE },
    { what: 'plans nothing that people have declined', given: { revert: ended('declined') }, lines: NONE },
    { what: 'plans nothing that rests still', given: { revert: ended('withdrawn', NOW - 19_999) }, lines: NONE },
    { what: 'plans what has rested', given: { revert: ended('withdrawn', NOW - 20_000) }, lines: PLANNED },
    { what: 'is of nothing where the ledger has forgotten it', given: { present: null }, lines: [] },
    {
      what: 'on what was broken before plans none',
      decision: NOTIFIES,
      given: { release: { preExisting: true } },
      lines: ['release r: release-decided'],
    },
    {
      what: 'knows the PR of what was broken before',
      decision: NOTIFIES,
      given: { release: { preExisting: true }, findings: { found: 'open' } },
      lines: PLANNED,
    },
    {
      what: 'leaves the ended PR of what was broken before',
      decision: NOTIFIES,
      given: { release: { preExisting: true }, findings: { found: 'merged' } },
      lines: ['release r: release-decided'],
    },
    { what: 'leaves a PR that is found to be decided on', decision: NOTIFIES, given: { findings: { found: 'open' } }, lines: NONE },
  ])('$what', async ({ decision = OPENS, given, lines }) => {
    const found = await decided(decision, given)
    expect(found.lines).toEqual(lines)
    const isPlanned = lines.includes('open-revert-intended')
    expect(found.release?.revertKey).toBe(lines.length === 0 ? undefined : isPlanned ? 'key' : null)
    expect(found.release?.preExisting).toBe(lines.length === 0 ? undefined : !isPlanned && given.release?.preExisting === true)
  })

  it('is kept with what Git says, and the revert is of this very attempt', async () => {
    const { release, revert, entries } = await decided(OPENS)
    expect(release).toMatchObject({ decision: { ...OPENS, at: NOW }, revision: sha('b'), author: 'Ada', repository: source.repository })
    expect(revert).toMatchObject({ releases: ['r'], cause: 'analysis-failed', plannedAt: NOW, goodRevision: sha('a') })
    expect(entries[1]?.key).toBe(`open-revert|key|r|1|${NOW}`)
  })

  it('on what has no attempt and no cause asks by the release itself', async () => {
    const { revert, entries } = await decided(OPENS, { release: { cause: null, attempts: [] } })
    expect([revert?.cause, entries[1]?.key]).toEqual(['unknown', `open-revert|key|r|${NOW}`])
  })

  it('keeps its version out, and says so on the release', async () => {
    const { lines, release } = await decided(NOTIFIES, { quarantineMs: 7 })
    expect(lines[0]).toMatch(/^quarantine .*: quarantine-begun$/)
    expect(release?.quarantine?.until).toBe(NOW + 7)
  })

  it('is on a card that says what has become of the PR', async () => {
    const { entries } = await decided(OPENS)
    expect(JSON.stringify(entries)).toContain('is being opened')
  })
})

it('a revert rests after it was withdrawn, and not where none is known', async () => {
  const resting = await place({ revert: ended('withdrawn', NOW - 5_000) })
  expect(restOf(resting.environment, resting.known)).toBe(15_000)
  expect(restOf(resting.environment, { findings: { ...resting.known.findings, source: null } })).toBe(0)
})

const TAKEN_BACK: Partial<Revert> = { state: 'planned', pullRequest: null, takenBack: sha('e') }
/** What is known of why a revert is not open yet. */
const opening = (lastError: string | undefined): LedgerEntry =>
  known('effect', anEffect({ key: 'opens', action: { type: 'open-revert', revertKey: 'key' }, lastError }))

describe('what Git says of a release on which nothing is decided', () => {
  const found = async (given: Given) => {
    const { environment, known: case_ } = await place(given)
    return recordFindings(environment, case_).map(lineOf)
  }
  const UPDATED = 'release r: release-updated'
  const OWN = { revertKey: 'key' }

  it.each<{ what: string; given: Given; lines: readonly string[] }>([
    { what: 'is kept, and its card follows', given: {}, lines: [UPDATED, 'trace-source-intended', ...CARD] },
    { what: 'is nothing of one that is forgotten', given: { present: null }, lines: [] },
    {
      what: 'tells how its revert stands',
      given: { release: OWN, revert: TAKEN_BACK, documents: [opening('E_FORGE_DOWN: no')] },
      lines: [UPDATED, ...CARD],
    },
    { what: 'tells nothing while what was taken back is tried again', given: { release: OWN, revert: TAKEN_BACK }, lines: [UPDATED] },
    {
      what: 'tells nothing while nobody renders it',
      given: { release: OWN, revert: TAKEN_BACK, documents: [opening('E_RENDERER_UNREACHABLE: no')] },
      lines: [UPDATED],
    },
    {
      what: 'tells of what was never taken back',
      given: { release: OWN, revert: { state: 'planned', pullRequest: null } },
      lines: [UPDATED, ...CARD],
    },
    {
      what: 'tells of what is open though it was',
      given: { release: OWN, revert: { takenBack: sha('e') } },
      lines: [UPDATED, 'trace-source-intended', ...CARD],
    },
    {
      what: 'tells of one that is tried again',
      given: { release: { ...OWN, state: 'rolling' }, revert: TAKEN_BACK },
      lines: [UPDATED, ...CARD],
    },
  ])('$what', async ({ given, lines }) => {
    expect(await found(given)).toEqual(lines)
  })

  it('goes with the quarantine of its version', async () => {
    expect(await found({ quarantineMs: 7 })).toEqual([
      expect.stringMatching(/^quarantine .*: quarantine-begun$/),
      UPDATED,
      'trace-source-intended',
      ...CARD,
    ])
  })
})
