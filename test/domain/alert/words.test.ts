import { expect, it } from 'vitest'
import type { Burn, Objective } from '../../../src/domain/alert/alert.ts'
import { objectiveOf } from '../../../src/domain/alert/objective.ts'
import { burnLine, burnSentence, shortBurn, stateWords } from '../../../src/domain/alert/words.ts'
import { flagWords } from '../../../src/domain/release/flag-files.ts'
import { AT, aBurn as burn, FLAGS } from '../an-attempt.ts'

it('an alert after a promotion is one line with its objective', () => {
  expect(burnLine(burn())).toBe(
    'ErrorBudgetBurn fires since 2026-12-01 12:02 UTC, 2 min after the promotion: objective checkout (99.9), burns 14x too fast, ' +
      'windows 5m and 1h, budget used up in 2d',
  )
  expect(burnLine(burn({ objective: {}, beganAt: AT + 40_000 }))).toBe(
    'ErrorBudgetBurn fires since 2026-12-01 12:00 UTC, 40 s after the promotion',
  )
  expect(shortBurn(burn())).toBe('ErrorBudgetBurn, checkout, 14x')
})

it('says what speaks against the release, and what has become of the alert', () => {
  expect(burnSentence(burn({ others: 2 }))).toContain('2 other release(s)')
  expect(burnSentence(burn({ past: 'unknown', pastDetail: 'nobody keeps it' }))).toContain(
    'Whether it has fired before is not known: nobody keeps it.',
  )
  expect(stateWords({ state: 'resolved', quietSince: AT })).toBe(' It does not fire any more since 2026-12-01 12:00 UTC.')
  for (const state of ['silenced', 'inhibited', 'unknown'] as const) expect(stateWords({ state })).toMatch(/^ [A-Z].*\.$/)
})

it('reads what Pyrra and Sloth write, and nothing that every object has', () => {
  const pyrra = { slo: 'checkout-errors', short: '5m', long: '1h', exhaustion: '2d', severity: 'critical' }
  expect(objectiveOf({ labels: pyrra, annotations: {} })).toEqual({
    slo: 'checkout-errors',
    windows: { short: '5m', long: '1h' },
    exhaustion: '2d',
  })
  const sloth = { sloth_slo: 'requests-availability', sloth_service: 'checkout', sloth_severity: 'page' }
  expect(objectiveOf({ labels: sloth, annotations: { burn_rate: '14.4' } })).toEqual({ slo: 'requests-availability', burn: '14.4' })
  expect(objectiveOf({ labels: {}, annotations: { slo: 'a\u001b[31m\nb', constructor: 'x' } })).toEqual({ slo: 'a b' })
})

it.each<[keyof Objective, readonly string[]]>([
  ['slo', ['slo', 'sloth_slo', 'sloth_id', 'slo_name', 'objective_name']],
  ['target', ['objective', 'target', 'slo_objective', 'sloth_objective']],
  ['burn', ['burn_rate', 'burnrate', 'burn', 'factor']],
  ['exhaustion', ['exhaustion', 'time_to_exhaustion']],
])('the %s of an alert is the first of %j that says something, in a label before an annotation', (what, names) => {
  for (const [at, name] of names.entries()) {
    const earlier = Object.fromEntries(names.slice(0, at).map((other) => [other, ' ']))
    const later = Object.fromEntries(names.slice(at + 1).map((other) => [other, 'later']))
    expect(objectiveOf({ labels: { ...earlier, ...later, [name]: 'x' }, annotations: { [name]: 'y' } })).toEqual({ [what]: 'x' })
    expect(objectiveOf({ labels: {}, annotations: { ...later, [name]: 'y' } })).toEqual({ [what]: 'y' })
  }
})

it('windows are told where both are', () => {
  const windows = (labels: Record<string, string>) => objectiveOf({ labels, annotations: {} })
  const [short, long] = [
    ['short', 'short_window', 'window_short'],
    ['long', 'long_window', 'window_long', 'window', 'sloth_window'],
  ] as const
  for (const name of short) expect(windows({ [name]: '5m', long: '1h' })).toEqual({ windows: { short: '5m', long: '1h' } })
  for (const name of long) expect(windows({ short: '5m', [name]: '1h' })).toEqual({ windows: { short: '5m', long: '1h' } })
  expect([windows({ short: '5m' }), windows({ long: '1h' })]).toEqual([{}, {}])
})

it('an alert is told in minutes from the first one on', () => {
  const line = (after: number): string => burnLine(burn({ objective: {}, beganAt: AT + after }))
  expect(line(59_000)).toContain(', 59 s after the promotion')
  expect(line(60_000)).toContain(', 1 min after the promotion')
})

it('a column names the flag that changed, the alert, and as much of the objective as is known', () => {
  expect(shortBurn(burn({ objective: {} }))).toBe('ErrorBudgetBurn')
  expect(shortBurn(burn(FLAGS))).toBe('flag flags/web.json, ErrorBudgetBurn, checkout, 14x')
  expect([flagWords(['a', 'b', 'c']), flagWords([])]).toEqual(['flag a and 2 more file(s)', 'flag'])
})

it.each<[string, Partial<Burn>, string]>([
  ['nothing', {}, ''],
  ['nothing of flags where nothing else was promoted', FLAGS, ''],
  [
    'other releases',
    { others: 1 },
    ' 1 other release(s) of the Rollout were promoted within the window: which of them it is, time does not tell.',
  ],
  [
    'templates, where flags changed',
    { ...FLAGS, others: 2 },
    ' 2 template(s) of the Rollout were promoted or tried within the window: which of them it is, time does not tell.',
  ],
  ['that nobody keeps the past', { past: 'unknown' }, ' Whether it has fired before is not known: nobody keeps that.'],
])('what speaks for the release is: %s', (_, fields, doubt) => {
  expect(burnSentence(burn(fields))).toBe(`${burnLine(burn(fields))}.${doubt}`)
})
