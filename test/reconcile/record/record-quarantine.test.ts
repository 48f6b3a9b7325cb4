import { describe, expect, it } from 'vitest'
import type { Mark, Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { QuarantineEvent } from '../../../src/domain/quarantine/transitions.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { quarantineOfFailure } from '../../../src/reconcile/record/of-failure.ts'
import { keptOf, recordQuarantine } from '../../../src/reconcile/record/record-quarantine.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { sha, source } from '../../domain/decision/clear.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aQuarantine, DAY, failedRelease } from '../../domain/quarantine/a-quarantine.ts'
import { aCase } from '../a-case.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const markOf = (digit: string, brings: boolean, pullRequest: number | null = null): Mark => ({ commit: sha(digit), pullRequest, brings })
const KEPT = { key: 'q', until: 5 * DAY }
const LIFTED: QuarantineEvent = { type: 'quarantine-lifted', by: 'ada', reason: 'it was Git', at: NOW }

interface Given {
  quarantine?: Partial<Quarantine> | null
  release?: Partial<Release> | null
  told?: string
  allowed?: boolean
}

/** What is written of an event beside a failed release whose version is in quarantine. */
async function written(event: QuarantineEvent, { quarantine = {}, release = {}, told, allowed = true }: Given = {}) {
  const before = quarantine && aQuarantine({ key: 'q', ...quarantine })
  const failed = release && aRelease({ key: 'r1', attempts: [anAttempt()], policy: TOLD_IN_C, quarantine: KEPT, ...release })
  const documents = [...(before ? [known('quarantine', before)] : []), ...(failed ? [known('release', failed)] : [])]
  const { environment } = await anEnvironment(documents, { allowsRepository: () => allowed })
  const { document, entries } = recordQuarantine(environment, 'q', event, told === undefined ? {} : { told })
  const marked = entries.flatMap((one) => (one.kind === 'effect' && one.document.action.type === 'mark-commit' ? [one.document] : []))
  return { before, document, entries, lines: entries.map(lineOf), marked }
}

const TOLD = ['release r1: release-updated', 'publish-card-intended', 'card r1: card-changed']
const MARKED: QuarantineEvent = { type: 'quarantine-marked', marks: [markOf('a', true)] }

describe('of a quarantine', () => {
  it.each<{ what: string; event: QuarantineEvent; given?: Given; lines: readonly string[] }>([
    { what: 'that is lifted, its release is told of', event: LIFTED, lines: ['quarantine q: quarantine-lifted', ...TOLD] },
    {
      what: 'whose release is told by the caller, nobody else tells',
      event: LIFTED,
      given: { told: 'r1' },
      lines: ['quarantine q: quarantine-lifted'],
    },
    {
      what: 'whose release is over, nobody tells',
      event: LIFTED,
      given: { release: { state: 'ended' } },
      lines: ['quarantine q: quarantine-lifted'],
    },
    {
      what: 'of which its release says nothing, nobody tells',
      event: LIFTED,
      given: { release: { quarantine: undefined } },
      lines: ['quarantine q: quarantine-lifted'],
    },
    {
      what: 'that is renewed, a release that says nothing of it goes on to',
      event: { type: 'quarantine-renewed', failed: aQuarantine({ key: 'q', attempt: 'a2' }) },
      given: { release: { quarantine: undefined } },
      lines: ['quarantine q: quarantine-renewed'],
    },
    {
      what: 'whose release is not known, nobody tells',
      event: LIFTED,
      given: { release: null },
      lines: ['quarantine q: quarantine-lifted'],
    },
    { what: 'that is over, nothing may happen', event: LIFTED, given: { quarantine: { state: 'over' } }, lines: [] },
    { what: 'that nobody knows, nothing may happen', event: LIFTED, given: { quarantine: null }, lines: [] },
    { what: 'nothing is written that is known', event: { type: 'quarantine-unsaid', why: undefined }, lines: [] },
    {
      what: 'a commit that brings it back is marked',
      event: MARKED,
      lines: ['quarantine q: quarantine-marked', 'mark-commit-intended'],
    },
    {
      what: 'nothing is marked where the repository is not allowed',
      event: MARKED,
      given: { allowed: false },
      lines: ['quarantine q: quarantine-marked'],
    },
    {
      what: 'nothing is marked where none is known',
      event: MARKED,
      given: { quarantine: { repoURL: null } },
      lines: ['quarantine q: quarantine-marked'],
    },
    {
      what: 'who only observes marks nothing',
      event: MARKED,
      given: { release: { policy: { ...TOLD_IN_C, mode: 'observe' } } },
      lines: ['quarantine q: quarantine-marked'],
    },
    {
      what: 'a commit is marked though its release is forgotten',
      event: MARKED,
      given: { release: null },
      lines: ['quarantine q: quarantine-marked', 'mark-commit-intended'],
    },
  ])('$what', async ({ event, given, lines }) => {
    const found = await written(event, given)
    expect(found.lines).toEqual(lines)
    expect(found.document).toEqual(lines.length === 0 ? (found.before ?? undefined) : found.entries[0]?.document)
  })

  it('its release keeps it while it stands, and no more', async () => {
    const lifted = await written(LIFTED)
    expect(lifted.entries[1]?.document).toHaveProperty('quarantine', undefined)
    const renewed = await written({ type: 'quarantine-renewed', failed: aQuarantine({ key: 'q', attempt: 'a2', until: 9 * DAY }) })
    expect(renewed.entries[1]?.document).toMatchObject({ quarantine: { key: 'q', until: 9 * DAY } })
    expect(keptOf(aQuarantine({ key: 'q', until: 7, state: 'over' }))).toBeUndefined()
  })

  it('that is renewed for as long as its release says already, nobody is told', async () => {
    const failed = aQuarantine({ key: 'q', attempt: 'a2', until: KEPT.until })
    expect((await written({ type: 'quarantine-renewed', failed })).lines).toEqual(['quarantine q: quarantine-renewed'])
  })

  it('of commits those are marked that are news; once it is over, all that were said to bring it back', async () => {
    const marks = [markOf('1', true), markOf('2', false), markOf('3', true, 4)]
    const news = { type: 'quarantine-marked', marks: [markOf('1', true), markOf('2', true), markOf('4', false)] } as const
    const added = await written(news, { quarantine: { marks } })
    expect(added.marked.map(({ action }) => action)).toEqual(
      ['2', '4'].map((digit) => ({ type: 'mark-commit', releaseKey: 'r1', quarantineKey: 'q', commit: sha(digit) })),
    )
    const over = await written(LIFTED, { quarantine: { marks } })
    expect(over.marked.map(({ key }) => key)).toEqual(['1', '3'].map((digit) => `mark-commit|q|${sha(digit)}|${NOW}`))
  })
})

/** What a failed release means for the quarantine of its version. `many`: it failed with others in a storm that holds all. */
async function ofFailure(fields: { release?: Partial<Release>; standing?: Partial<Quarantine>; storm?: boolean; quarantineMs?: number }) {
  const { release = {}, standing, storm = false, quarantineMs = DAY } = fields
  const failed = failedRelease({ policy: TOLD_IN_C, ...(storm && { storm: 's' }), ...release })
  const others = ['o1', 'o2'].map((key) => known('release', aRelease({ key, uid: key, rollout: key, storm: 's', revision: null })))
  const documents = [known('storm', aStorm({ key: 's' })), known('release', failed), ...others]
  const { environment, ledger } = await anEnvironment(documents)
  const facts = { findings: { source }, policy: { quarantineMs } }
  const first = quarantineOfFailure(environment, aCase(failed, facts), { ...failed, storm: undefined } as unknown as Release)
  const begun = first.entries.flatMap((one) => (one.kind === 'quarantine' ? [one.document] : []))[0]
  if (standing && begun) await ledger.append([known('quarantine', { ...begun, ...standing })])
  const key = begun?.key ?? 'none'
  const named = failed.quarantine ? { ...failed, quarantine: { ...failed.quarantine, key } } : failed
  const { entries, facts: said } = quarantineOfFailure(environment, aCase(named, facts), named)
  return { key, begun, lines: entries.map(({ kind, event }) => `${kind} ${event}`), facts: said }
}

describe('a failed release', () => {
  it('keeps its version out for as long as the policy says, and the release says so', async () => {
    const { key, begun, lines, facts } = await ofFailure({})
    expect(lines).toEqual(['quarantine quarantine-begun'])
    expect(facts).toEqual({ quarantine: { key, until: NOW + DAY } })
    expect(begun).toMatchObject({ culprit: sha('b'), since: NOW, state: 'standing' })
  })

  it('keeps nothing out where the policy does not', async () => {
    expect(await ofFailure({ quarantineMs: 0 })).toMatchObject({ lines: [], facts: {} })
  })

  it('says what stands, where that is no news', async () => {
    const { key, lines, facts } = await ofFailure({ standing: { until: 7 } })
    expect([lines, facts]).toEqual([[], { quarantine: { key, until: 7 } }])
  })

  it.each([
    { what: 'that said so', said: { key: '', until: 7 }, facts: { quarantine: undefined } },
    { what: 'that never did', said: undefined, facts: {} },
  ])('$what says nothing of what a person has lifted since', async ({ said, facts: expected }) => {
    const over = { state: 'over', outcome: 'lifted', endedAt: 1 } as const
    const { lines, facts } = await ofFailure({ standing: over, ...(said && { release: { quarantine: said } }) })
    expect([lines, facts]).toStrictEqual([[], expected])
  })

  it.each<{ what: string; release: Partial<Release>; standing: Partial<Quarantine> | undefined; lines: readonly string[]; facts: object }>([
    {
      what: 'clears the version',
      release: { quarantine: { key: '', until: 7 } },
      standing: {},
      lines: ['quarantine quarantine-cleared'],
      facts: { quarantine: undefined },
    },
    { what: 'leaves what is not its own', release: {}, standing: {}, lines: [], facts: {} },
    { what: 'leaves what nobody knows', release: { quarantine: { key: '', until: 7 } }, standing: undefined, lines: [], facts: {} },
    {
      what: 'finds it cleared',
      release: { quarantine: { key: '', until: 7 } },
      standing: { state: 'over', outcome: 'cleared', endedAt: 1 },
      lines: [],
      facts: { quarantine: undefined },
    },
  ])('that failed with many for one cause $what', async ({ release, standing, lines, facts }) => {
    const found = await ofFailure({ storm: true, release, ...(standing && { standing }) })
    expect([found.lines, found.facts]).toStrictEqual([lines, facts])
  })

  it('whose card the caller writes is told by nobody else', async () => {
    const quarantine = { key: '', until: 7 }
    expect((await ofFailure({ release: { quarantine }, standing: { attempt: 'before' } })).lines).toEqual(['quarantine quarantine-renewed'])
    expect((await ofFailure({ release: { quarantine }, standing: {}, storm: true })).lines).toEqual(['quarantine quarantine-cleared'])
  })
})
