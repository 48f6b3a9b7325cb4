import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/domain/release/evidence.ts'
import { evidenceLine, numericLimit } from '../../../src/domain/words/evidence.ts'
import { nameInHost } from '../../../src/domain/words/host-name.ts'
import { inlineCode } from '../../../src/domain/words/markdown.ts'
import { parseRfc3339 } from '../../../src/domain/words/rfc3339.ts'
import { isCostlyYaml } from '../../../src/domain/words/yaml-cost.ts'

describe('text from outside as code', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['a`b``c```d', '````a`b``c```d````'],
    ['`starts', '`` `starts ``'],
    ['ends`', '`` ends` ``'],
    ['', '`  `'],
    ['a|b', '`a\\|b`'],
  ])('%j is %j', (text, code) => {
    expect(inlineCode(text)).toBe(code)
  })

  it('is never ended by what stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '|') }), (text) => {
        const code = inlineCode(text)
        const [fence = ''] = /^`+/.exec(code) ?? []
        const inside = code.slice(fence.length, -fence.length)
        expect(code.endsWith(fence)).toBe(true)
        expect((inside.match(/`+/g) ?? []).some((run) => run.length >= fence.length)).toBe(false)
        expect(/^`|`$/.test(inside)).toBe(false)
      }),
    )
  })
})

describe('a time', () => {
  const at = (text: string): string | undefined => {
    const ms = parseRfc3339(text)
    return ms === undefined ? undefined : new Date(ms).toISOString()
  }

  it('is read at the edges of what there is', () => {
    expect(at(' 2026-04-30T23:59:59Z\n')).toBe('2026-04-30T23:59:59.000Z')
    expect(at('2000-02-29T00:00:00Z')).toBe('2000-02-29T00:00:00.000Z')
    expect(at('2026-12-31T23:59:60Z')).toBe('2027-01-01T00:00:00.000Z')
    expect(at('2026-01-01T00:00:00+23:59')).toBe('2025-12-31T00:01:00.000Z')
    expect(at('2026-01-01T00:00:00.123456789Z')).toBe('2026-01-01T00:00:00.123Z')
  })

  it.each(['2026-04-31', '2026-06-31', '2026-09-31', '2026-11-31', '2026-02-29', '1900-02-29', '2026-13-01'])('%s is no day', (day) => {
    expect(at(`${day}T00:00:00Z`)).toBeUndefined()
  })
})

describe('a failing metric in one line', () => {
  const line = (change: Partial<Evidence>): string =>
    evidenceLine({
      analysisRun: 'a',
      metric: 'm',
      phase: 'Failed',
      value: '0.9',
      condition: 'result >= 1',
      limit: 'failureLimit 0',
      failed: 1,
      count: 1,
      provider: 'prometheus',
      job: undefined,
      message: undefined,
      role: 'Step',
      stepIndex: 0,
      ...change,
    })

  it('says what was wanted where a condition says it', () => {
    expect(line({})).toBe('m 0.9, wanted result >= 1 (1 of 1 failed, failureLimit 0)')
    expect(line({ condition: undefined })).toBe('m 0.9 (1 of 1 failed, failureLimit 0)')
  })

  it('of NaN says that nothing was measured, unless the condition asks for that', () => {
    expect(line({ value: 'NaN' })).toMatch(/^m could not be measured: NaN, as the rate of no requests is, wanted/)
    expect(line({ value: 'NaN', condition: '!isNaN(result)' })).toMatch(/^m NaN, wanted !isNaN/)
    expect(line({ value: 'NaN', condition: undefined })).toMatch(/^m could not be measured: NaN, as the rate of no requests is \(/)
  })

  it('without a value names the Job, or how it ended', () => {
    expect(line({ value: undefined, job: 'smoke' })).toMatch(/^m Job smoke, wanted/)
    expect(line({ value: undefined })).toMatch(/^m Failed, wanted/)
  })

  it('says that a Job could not run only where an inconclusive one says it', () => {
    const message = 'pod x has terminal error'
    const stuck = { value: undefined, job: 'smoke', phase: 'Inconclusive', message }
    expect(line(stuck)).toMatch(/^m could not run: pod x has terminal error/)
    expect(line({ ...stuck, phase: 'Failed' })).not.toContain('could not run')
    expect(line({ ...stuck, job: undefined })).not.toContain('could not run')
    expect(line({ ...stuck, message: 'slow' })).not.toContain('could not run')
  })
})

describe('the limit of a condition', () => {
  it('is a number, and read from the whole value or one field of it', () => {
    expect(numericLimit('result[0] >= 0.95')).toMatchObject({ operator: '>=', limit: 0.95 })
    expect(numericLimit('result[0] >= 0.95')?.read('[0.5]')).toBe(0.5)
    expect(numericLimit('result.rate < 5')?.read('{"rate":4,"other":9}')).toBe(4)
  })

  it.each([undefined, 'len(result) > 5', 'result >= 1e999'])('is none of %j', (condition) => {
    expect(numericLimit(condition)).toBeUndefined()
  })

  it('reads nothing where nothing is, or no number', () => {
    const limit = numericLimit('result >= 1')
    expect([limit?.read(undefined), limit?.read('many'), limit?.read('1e999')]).toEqual([undefined, undefined, undefined])
  })
})

it('what a Host header names has no port, no bracket, no dot at its end, and no capitals', () => {
  expect(['KEDGE.Example:8080', 'kedge.example.', '[::1]:80', '[FE80::1]', 'a b', '', 'a@b'].map(nameInHost)).toEqual([
    'kedge.example',
    'kedge.example',
    '::1',
    'fe80::1',
    undefined,
    undefined,
    undefined,
  ])
})

describe('a YAML text costs its parser too much', () => {
  const pieces = (count: number, piece: string): Iterable<string> => Array.from({ length: count }, () => piece)
  const none = (): Iterable<string> => []

  it('from the piece on that no manifest has, and a document counts as five', () => {
    expect(isCostlyYaml('', () => pieces(12_000, 'a'))).toBe(false)
    expect(isCostlyYaml('', () => pieces(12_001, 'a'))).toBe(true)
    for (const mark of ['---', '\u0002']) {
      expect(isCostlyYaml('', () => pieces(2_400, mark))).toBe(false)
      expect(isCostlyYaml('', () => pieces(2_401, mark))).toBe(true)
    }
  })

  it('from the hundred and first level on, of either bracket', () => {
    for (const bracket of ['[', '{']) {
      expect(isCostlyYaml(bracket.repeat(100), none)).toBe(false)
      expect(isCostlyYaml(bracket.repeat(101), none)).toBe(true)
    }
    expect(isCostlyYaml('[]{}'.repeat(101), none)).toBe(false)
    expect(isCostlyYaml(`${']'.repeat(50)}${'['.repeat(101)}`, none)).toBe(true)
  })
})
