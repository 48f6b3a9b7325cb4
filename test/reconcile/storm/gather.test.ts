import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { gather, type Gathered } from '../../../src/reconcile/storm/gather.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { EVIDENCE } from '../../domain/an-evidence.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

const MINUTE = 60_000
const BROUGHT = { repository: 'acme/shop' } satisfies Partial<Release>
const COMMIT = '["commit","acme/shop","1111111111111111111111111111111111111111"]'
const CLUSTER = '["cluster","east"]'

interface Fields extends Partial<Release> {
  /** When it failed, before now. */
  ago?: number
  evidence?: readonly Evidence[]
}

/** A release that failed for no more than its commit, where a test says nothing else. */
function failed(key: string, { ago = 0, evidence = [], ...fields }: Fields = {}): Release {
  const cause = fields.cause ?? 'analysis-failed'
  const attempts = [anAttempt({ key: `${key}|1`, seenAt: NOW - ago, cause, evidence })]
  return aRelease({ key, rollout: key, uid: key, attempts, policy: TOLD_IN_C, ...BROUGHT, ...fields })
}

/** Failed by their pods, which says no more than the cluster. */
const stuck = (key: string): Release => failed(key, { cause: 'progress-deadline', repository: null })
const storm = (fields: Partial<Storm> = {}): Storm =>
  aStorm({ key: 's', cause: { kind: 'commit', key: COMMIT, words: 'w', cluster: null, metrics: [] }, state: 'gathering', ...fields })

interface Given {
  release?: Release
  others?: readonly Release[]
  storms?: readonly Storm[]
  policy?: Partial<Policy>
  former?: string
}

async function gathered({ release = failed('r'), others = [], storms = [], policy = {}, former }: Given) {
  const { environment } = await anEnvironment([...storms.map((one) => known('storm', one)), ...others.map((one) => known('release', one))])
  return gather(environment, release, aPass({}, policy).policy, former)
}

const lines = ({ entries }: Gathered): readonly string[] => entries.map(({ event }) => event)

describe('a release that has failed begins a storm', () => {
  const other = failed('o')
  const { policy: _policy, ...unknown } = failed('p')

  it.each<{ what: string; given: Given; others: readonly string[] | undefined }>([
    { what: 'with another that failed for the same commit', given: { others: [other] }, others: ['o'] },
    {
      what: 'with one of which no policy is known',
      given: { others: [unknown] },
      others: ['p'],
    },
    {
      what: 'with those alone that failed for the same',
      given: { others: [other, failed('x', { repository: 'acme/other' })] },
      others: ['o'],
    },
    { what: 'with one that failed five minutes before', given: { others: [failed('o', { ago: 5 * MINUTE })] }, others: ['o'] },
    { what: 'not with one that failed longer ago', given: { others: [failed('o', { ago: 5 * MINUTE + 1 })] }, others: undefined },
    { what: 'not with one that has not failed', given: { others: [failed('o', { state: 'rolling' })] }, others: undefined },
    {
      what: 'not with one that is in a storm',
      given: { others: [failed('o', { storm: 'x' })], storms: [aStorm({ key: 'x' })] },
      others: undefined,
    },
    {
      what: 'not with one that is told for itself',
      given: { others: [failed('o', { policy: { ...TOLD_IN_C, inStorms: false } })] },
      others: undefined,
    },
    { what: 'not with itself', given: { others: [failed('r')] }, others: undefined },
    { what: 'not with another of the same Rollout', given: { others: [failed('o', { uid: 'r' })] }, others: undefined },
    { what: 'not where it is told for itself', given: { others: [other], policy: { inStorms: false } }, others: undefined },
    { what: 'not where it has not failed', given: { release: failed('r', { state: 'rolling' }), others: [other] }, others: undefined },
    {
      what: 'not where one makes many, and it is alone',
      given: { policy: { storms: { holdFrom: 1, withinMs: 5 * MINUTE } } },
      others: undefined,
    },
    { what: 'not with one whose pods were as late', given: { release: stuck('r'), others: [stuck('o')] }, others: undefined },
    { what: 'with two whose pods were as late', given: { release: stuck('r'), others: [stuck('o'), stuck('p')] }, others: ['p', 'o'] },
  ])('$what', async ({ given, others }) => {
    const found = await gathered(given)
    expect([found.storm !== undefined, found.others]).toEqual([others !== undefined, others ?? []])
    expect(found.entries.length > 0).toBe(others !== undefined)
  })

  it('that is known by its cause and its failures', async () => {
    const found = await gathered({ others: [other] })
    expect(found.storm).toMatch(/^[0-9a-f]{12}$/)
    const cause = expect.objectContaining({ kind: 'commit', key: COMMIT })
    const document = { key: found.storm, cause, state: 'gathering', begunAt: NOW, endedAt: null }
    expect(found.entries).toEqual([{ kind: 'storm', key: found.storm, event: 'storm-begun', document }])
    const again = await gathered({ others: [failed('p')] })
    expect(again.storm).not.toBe(found.storm)
  })

  it('by what proves most: the metric, before the commit', async () => {
    const evidence = [EVIDENCE]
    const release = failed('r', { evidence })
    const { entries } = await gathered({ release, others: [failed('o', { evidence }), failed('c')] })
    expect(entries[0]?.document).toMatchObject({ cause: { kind: 'metric' } })
    const byCommit = await gathered({ release, others: [failed('c')] })
    expect(byCommit.entries[0]?.document).toMatchObject({ cause: { kind: 'commit' } })
  })

  it('once: what is over begins never again', async () => {
    const first = await gathered({ others: [other] })
    const over = aStorm({ key: first.storm ?? '', state: 'over', endedAt: 1 })
    expect(await gathered({ others: [other], storms: [over] })).toEqual({ storm: undefined, others: [], entries: [] })
  })

  it('nobody is looked for where it has no cause in common with anybody', async () => {
    const { environment, ledger } = await anEnvironment()
    let asked = 0
    const releases: typeof ledger.releases = (filter) => ((asked += 1), ledger.releases(filter))
    const watched = { ...environment, ledger: { ...ledger, releases } }
    gather(watched, failed('r', { repository: null }), aPass().policy)
    expect(asked).toBe(0)
    gather(watched, failed('r'), aPass().policy)
    expect(asked).toBe(1)
  })
})

describe('it joins one', () => {
  const member = failed('o', { storm: 's' })

  it.each<{ what: string; given: Given; joins: boolean }>([
    { what: 'that gathers', given: { storms: [storm()], others: [member] }, joins: true },
    { what: 'that holds', given: { storms: [storm({ state: 'holding' })], others: [member] }, joins: true },
    { what: 'not one that has passed', given: { storms: [storm({ state: 'passed' })], others: [member] }, joins: false },
    { what: 'not one that a person has released', given: { storms: [storm({ state: 'released' })], others: [member] }, joins: false },
    {
      what: 'not one of another cause',
      given: { storms: [storm({ cause: { ...storm().cause, key: CLUSTER } })], others: [member] },
      joins: false,
    },
    {
      what: 'one behind another that has passed',
      given: { storms: [storm(), storm({ key: 'newer', state: 'passed' })], others: [member] },
      joins: true,
    },
    {
      what: 'not one whose last failure is longer ago',
      given: { storms: [storm()], others: [failed('o', { storm: 's', ago: 6 * MINUTE })] },
      joins: false,
    },
    { what: 'not one of which it is the last itself', given: { storms: [storm()], others: [failed('r', { storm: 's' })] }, joins: false },
    {
      what: 'the one that it was in, however late',
      given: { storms: [storm()], others: [failed('o', { storm: 's', ago: 6 * MINUTE })], former: 's' },
      joins: true,
    },
    {
      what: 'not another one that late',
      given: { storms: [storm()], others: [failed('o', { storm: 's', ago: 6 * MINUTE })], former: 'x' },
      joins: false,
    },
  ])('$what', async ({ given, joins }) => {
    expect(await gathered(given)).toEqual({ storm: joins ? 's' : undefined, others: [], entries: [] })
  })
})

describe('PRs wait', () => {
  const watching = failed('w', { storm: 's', policy: { ...TOLD_IN_C, mode: 'notify' } })
  const two = ['o', 'p'].map((key) => failed(key, { storm: 's' }))

  it.each<{ what: string; given: Given; events: readonly string[] }>([
    { what: 'once the third asks for one', given: { storms: [storm()], others: two }, events: ['storm-held'] },
    { what: 'and not for two', given: { storms: [storm()], others: two.slice(1) }, events: [] },
    { what: 'and not for those that only watch', given: { storms: [storm()], others: [...two.slice(1), watching] }, events: [] },
    { what: 'once: it holds already', given: { storms: [storm({ state: 'holding' })], others: two }, events: [] },
    { what: 'from the beginning on', given: { others: [failed('o'), failed('p')] }, events: ['storm-begun', 'storm-held'] },
  ])('$what', async ({ given, events }) => {
    const found = await gathered(given)
    expect(lines(found)).toEqual(events)
    const [held] = found.entries.filter(({ event }) => event === 'storm-held')
    expect(held?.document ?? {}).toMatchObject(events.includes('storm-held') ? { key: found.storm, state: 'holding' } : {})
  })
})
