import { describe, expect, it } from 'vitest'
import type { Burn } from '../../../src/domain/alert/alert.ts'
import {
  burnBeginning,
  burnEnded,
  burnEvidence,
  burnNextStep,
  burnTitle,
  burnToDo,
  isBackAndBurns,
} from '../../../src/domain/notice/burned.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT, burning, FLAGS } from '../an-attempt.ts'

const byAnalysis = aRelease({ key: 'k', attempts: [anAttempt()] })

it('the evidence of a release that burns is its alert, and what has become of that', () => {
  const line = 'ErrorBudgetBurn fires since 2026-12-01 12:02 UTC, 2 min after the promotion'
  expect(burnEvidence(burning({ objective: {} }))).toEqual([line])
  expect(burnEvidence(burning({ objective: {}, state: 'resolved', quietSince: AT + 180_000 }))).toEqual([
    `${line} It does not fire any more since 2026-12-01 12:03 UTC.`,
  ])
  expect(burnEvidence(byAnalysis)).toEqual([])
})

describe('the title of a release that burns says what was done, and how its alert stands', () => {
  it.each<[string, Partial<Burn>, Partial<Release>]>([
    ['v2 was promoted, and ErrorBudgetBurn fires since', {}, {}],
    ['v2 was promoted, and ErrorBudgetBurn fires since', { state: 'unknown' }, {}],
    ['v2 was applied, and ErrorBudgetBurn fires since', FLAGS, {}],
    ['v2 was promoted, and ErrorBudgetBurn fired after it; the alert is over', { state: 'resolved' }, {}],
    ['v2 was promoted, and ErrorBudgetBurn fired after it; somebody has silenced it', { state: 'silenced' }, {}],
    ['v2 was promoted, and ErrorBudgetBurn fired after it; another alert inhibits it', { state: 'inhibited' }, {}],
    [
      'v2 was promoted, ErrorBudgetBurn fired, and it was undone by hand; Git still asks for it',
      { state: 'resolved' },
      { serving: 'undone' },
    ],
    ['v2 was promoted, and an alert fires since', {}, { attempts: [] }],
  ])('%s', (title, burn, release) => {
    expect(burnTitle(burning(burn, release), 'v2')).toBe(title)
  })
})

it.each<[string, Partial<Burn>, Partial<Release>]>([
  ['Revert it in Git or fix forward', {}, {}],
  ['Revert it in Git or fix forward', {}, { attempts: [] }],
  ['Find out which release it is', { others: 1 }, {}],
  ['Turn it off in Git, or look at the alert', { ...FLAGS, others: 1 }, {}],
  ['Watch it: the alert is over', { ...FLAGS, state: 'resolved' }, {}],
  ['Wait', { state: 'resolved' }, { serving: 'rolling' }],
  ['Revert it in Git, too', { state: 'resolved' }, { serving: 'undone' }],
])('what is to do about a release that burns: %s', (words, burn, release) => {
  expect(burnToDo(burning(burn, release))).toBe(words)
})

it.each<[string, Partial<Burn>, Partial<Release>]>([
  ['Git asks for it and the cluster runs it: revert it in Git, turn its flag off, or release a mended one.', {}, {}],
  ['Git asks for it and the cluster has it: turn it off in Git. The version that serves is as before.', FLAGS, {}],
  ['', { state: 'resolved' }, {}],
  ['', {}, { attempts: [] }],
  ['', {}, { serving: 'undone' }],
])('the next step of a release that burns: %s', (sentence, burn, release) => {
  expect(burnNextStep(burning(burn, release))).toBe(sentence)
})

it('the version before is back and the alert fires still where the revert is merged and one version serves, which flags never tell', () => {
  const merged = aRevert({ key: 'v', state: 'ended', outcome: 'merged' })
  expect(isBackAndBurns(burning(), merged)).toBe(true)
  expect([
    isBackAndBurns(burning(FLAGS), merged),
    isBackAndBurns({ ...byAnalysis, serving: 'in-step' }, merged),
    isBackAndBurns(burning(), aRevert({ key: 'v' })),
    isBackAndBurns(burning(), undefined),
    isBackAndBurns(burning({}, { serving: 'rolling' }), merged),
  ]).toEqual([false, false, false, false, false])
})

it('flags are applied, and a version is promoted', () => {
  expect([burnBeginning(burning()), burnBeginning(burning(FLAGS))]).toEqual(['its promotion', 'it was applied'])
})

it.each<[string | undefined, Release]>([
  ['The alert is over, and the bake window, too. Its version serves on.', burning({}, { outcome: 'promoted' })],
  ['The alert is over, and the bake window, too. It stays as Git asks.', burning(FLAGS, { outcome: 'promoted' })],
  ['Something newer took its place: other values, or a version.', burning(FLAGS, { outcome: 'superseded' })],
  [undefined, burning({}, { outcome: 'superseded' })],
  [undefined, burning(FLAGS, { outcome: 'gone' })],
  [undefined, burning({}, { outcome: 'open' })],
  [undefined, { ...byAnalysis, outcome: 'promoted' }],
])('how a release that burned ended: %s', (sentence, release) => {
  expect(burnEnded(release)).toBe(sentence)
})
