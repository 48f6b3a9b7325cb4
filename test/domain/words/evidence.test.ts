import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import { evidenceLine, shortEvidence } from '../../../src/domain/words/evidence.ts'
import { EVIDENCE } from '../an-evidence.ts'

describe('one line of evidence', () => {
  it.each<[string, Partial<Evidence>, string]>([
    ['a value against its condition', {}, 'success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)'],
    [
      'a Job by its name',
      { value: undefined, condition: undefined, job: 'smoke-1', failed: 1, count: 1 },
      'success-rate Job smoke-1 (1 of 1 failed, failureLimit 2)',
    ],
    [
      'what could not be measured by its error',
      { phase: 'Error', value: undefined, message: 'connection refused', failed: 5, count: 0, limit: 'consecutiveErrorLimit 4' },
      'success-rate could not be measured: connection refused (5 of 5 errored, consecutiveErrorLimit 4)',
    ],
    [
      'what could not be measured, and nobody said why',
      { phase: 'Error', value: undefined, condition: undefined },
      'success-rate Error (3 of 5 errored, failureLimit 2)',
    ],
    [
      'a value, whatever was said beside it',
      { message: 'slow' },
      'success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)',
    ],
    [
      'an inconclusive one',
      { phase: 'Inconclusive' },
      'success-rate 0.91, wanted result >= 0.95 (3 of 5 were inconclusive, failureLimit 2)',
    ],
    [
      'a Job that never ran, by what its pod waits for',
      {
        phase: 'Inconclusive',
        value: undefined,
        condition: undefined,
        job: 'smoke-1',
        message: 'Pod smoke-1-x, container check has terminal error (ImagePullBackOff): Back-off pulling image "check:2"\n',
        failed: 1,
        count: 1,
        limit: 'inconclusiveLimit 0',
      },
      'success-rate could not run: Pod smoke-1-x, container check has terminal error (ImagePullBackOff): ' +
        'Back-off pulling image "check:2" (1 of 1 were inconclusive, inconclusiveLimit 0)',
    ],
    [
      'an inconclusive Job whose message says no such thing, by its name',
      { phase: 'Inconclusive', value: undefined, condition: undefined, job: 'smoke-1', message: 'Metric "smoke" assessed Inconclusive' },
      'success-rate Job smoke-1 (3 of 5 were inconclusive, failureLimit 2)',
    ],
  ])('tells %s', (_, change, line) => {
    expect(evidenceLine({ ...EVIDENCE, ...change })).toBe(line)
  })

  it('stays one printable line, whatever a provider sends', () => {
    const line = evidenceLine({ ...EVIDENCE, metric: 'a\u202eb', value: `x\n\n${'y'.repeat(5_000)}` })
    expect(line.length).toBeLessThanOrEqual(300)
    expect(line).not.toMatch(/[\n\u202e]/)
  })
})

describe('evidence in a column says what is true of the number, whatever the condition is for', () => {
  it.each([
    ['result >= 5', ['4 < 5', '5 >= 5', '6 >= 5']],
    ['result <= 5', ['4 <= 5', '5 <= 5', '6 > 5']],
    ['result > 5', ['4 <= 5', '5 <= 5', '6 > 5']],
    ['result < 5', ['4 < 5', '5 >= 5', '6 >= 5']],
    ['result == 5', ['4 != 5', '5 == 5', '6 != 5']],
    ['result != 5', ['4 != 5', '5 == 5', '6 != 5']],
  ])('%s', (condition, [below, at, above]) => {
    const line = (value: string): string => shortEvidence({ ...EVIDENCE, condition, value })
    expect([line('4'), line('5'), line('6')]).toEqual([below, at, above].map((said) => `success-rate ${said} (3/5)`))
  })

  it('takes the field that the condition names, of text or number', () => {
    const line = (value: string): string => shortEvidence({ ...EVIDENCE, condition: 'result.p99 <= 5', value })
    expect(line('{"p50":1,"p99":6}')).toBe('success-rate 6 > 5 (3/5)')
    expect(line('{"p99":"6"}')).toBe('success-rate 6 > 5 (3/5)')
    expect(line('{"p99":true}')).toBe('success-rate {"p99":true}, wanted result.p99 <= 5 (3/5)')
    expect(line('no JSON')).toBe('success-rate no JSON, wanted result.p99 <= 5 (3/5)')
  })

  it('has no tally before anything was measured, and no condition where none is known', () => {
    expect(shortEvidence({ ...EVIDENCE, condition: undefined, count: 0 })).toBe('success-rate 0.91')
    expect(shortEvidence({ ...EVIDENCE, value: undefined, phase: 'Error' })).toBe('success-rate Error (3/5)')
  })
})
