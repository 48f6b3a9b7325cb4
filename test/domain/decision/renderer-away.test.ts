import { expect, it } from 'vitest'
import type { Check } from '../../../src/domain/decision/check.ts'
import { whyRefused } from '../../../src/domain/decision/refused-causes.ts'
import { mayGoByFiles, NO_ANSWER, rendererAway, wasLetIn } from '../../../src/domain/decision/renderer-away.ts'
import type { StoredDecision } from '../../../src/domain/release/release.ts'

const AT = 1_000_000

function decided(detail: string): StoredDecision {
  const other: Check = { id: 'P1', title: '', outcome: 'passed', detail: 'It is split.' }
  return { action: 'notify', reason: 'why', checks: [other, { id: 'P3', title: '', outcome: 'failed', detail }], at: AT }
}

it.each([
  ['has been away for two minutes', decided(rendererAway({ proof: 'any' })), AT + 120_000, true],
  ['has been away for less', decided(rendererAway({ proof: 'any' })), AT + 119_999, false],
  ['was away, and files were taken', decided(`It holds. ${NO_ANSWER}`), AT, true],
  ['answered that it does not hold', decided('It does not hold.'), AT + 3_600_000, false],
  ['was never asked', null, AT + 3_600_000, false],
])('files have to do where who renders %s', (_, decision, now, files) => {
  expect(mayGoByFiles({ proof: 'any' }, decision, now)).toBe(files)
  expect(mayGoByFiles({ proof: 'rendered' }, decision, now)).toBe(false)
})

it('people are told whether files will do in the end', () => {
  expect(rendererAway({ proof: 'any' })).toContain('goes by files')
  expect(rendererAway({ proof: 'rendered' })).toContain('the policy wants a proof by rendering')
})

it('a cause that is not known is said to be that, and one without words of its own is named', () => {
  expect(whyRefused(null)).toBe('the cause is not known.')
  expect(whyRefused('unknown')).toBe('the cause is not known.')
  expect(whyRefused('analysis-failed')).toBe('the cause is analysis-failed.')
})

const check = (id: Check['id'], outcome: Check['outcome'], detail = ''): Pick<StoredDecision, 'checks'> => ({
  checks: [{ id, title: '', outcome, detail }],
})

it.each<[string, Pick<StoredDecision, 'checks'>, boolean]>([
  ['its revert is proven', check('P10', 'passed'), true],
  ['who renders does not let Kedge in any more', check('P4', 'failed', rendererAway({ proof: 'any' }, 'HTTP 403.', true)), true],
  ['who renders is away', check('P4', 'failed', rendererAway({ proof: 'any' }, undefined, true)), false],
  ['nobody renders it', check('P10', 'failed', 'nobody renders it.'), false],
  ['its revert was not looked at', check('P10', 'skipped'), false],
  ['another check passed', check('P7', 'passed'), false],
])('what renders an Experiment is known to have let Kedge in, or not, where %s', (_, decision, isLetIn) => {
  expect(wasLetIn(decision)).toBe(isLetIn)
})
