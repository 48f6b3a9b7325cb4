import { describe, expect, test } from 'vitest'
import { shortEvidence } from '../../../src/domain/words/evidence.ts'
import { EVIDENCE } from '../../http/story-analysis.ts'

describe('evidence in a line', () => {
  test.each([
    ['[0.91]', 'result[0] >= 0.95', 'success-rate 0.91 < 0.95 (3/5)'],
    ['0.91', 'result[0] < 0.95', 'success-rate 0.91 < 0.95 (3/5)'],
    ['[512.0000001]', 'result <= 500', 'success-rate 512 > 500 (3/5)'],
    ['{"value":0.42,"n":7}', 'result.value >= 0.95', 'success-rate 0.42 < 0.95 (3/5)'],
    ['{"value":null}', 'result.value >= 0.95', 'success-rate {"value":null}, wanted result.value >= 0.95 (3/5)'],
    ['null', 'result.value >= 0.95', 'success-rate null, wanted result.value >= 0.95 (3/5)'],
    ['"degraded"', 'result == "ok"', 'success-rate "degraded", wanted result == "ok" (3/5)'],
    ['[0.9,0.8]', 'all(result, # > 0.95)', 'success-rate [0.9,0.8], wanted all(result, # > 0.95) (3/5)'],
  ])('%s under %s', (value, condition, line) => {
    expect(shortEvidence({ ...EVIDENCE, value, condition })).toBe(line)
  })

  test('a Job is named, an error says its message', () => {
    const { value: _, condition: __, ...bare } = EVIDENCE
    const nothing = { ...bare, value: undefined, condition: undefined }
    expect(shortEvidence({ ...nothing, job: 'smoke-1', failed: 1, count: 1 })).toBe('success-rate Job smoke-1 Failed (1/1)')
    expect(shortEvidence({ ...nothing, phase: 'Error', message: 'dial tcp: refused\u001b[2J', count: 0 })).toBe(
      'success-rate Error: dial tcp: refused',
    )
  })
})
