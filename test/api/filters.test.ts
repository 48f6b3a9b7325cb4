import { describe, expect, test } from 'vitest'
import { filterQuery, parseReleaseFilter, parseRolloutFilter } from '../../src/api/filters.ts'

const DAY_MS = 86_400_000

describe('a question about Rollouts', () => {
  test('takes its parts as they are, and an empty one for none', () => {
    expect(parseRolloutFilter({ cluster: 'east', namespace: '', q: ' check ', state: 'split', cause: 'stuck', health: '' })).toEqual({
      value: { cluster: 'east', q: 'check', state: 'split', cause: 'stuck', health: undefined },
    })
  })

  test.each([
    [{ state: 'broken' }, /^state is one of in-step, /],
    [{ health: 'healthy' }, /^health is one of Healthy, /],
    [{ cause: 'analysis' }, /^cause is one of analysis-failed, /],
    [{ namespce: 'shop' }, /^namespce is no filter; there are q, cluster, /],
    [{ state: ['split', 'stuck'] }, /^state is given more than once$/],
    [{ q: 'x'.repeat(257) }, /^q has more than 256 characters$/],
    [{ '\u001b[31mx\u202e': '' }, /^x is no filter/],
    [{ limit: '5' }, /^limit is no filter/],
  ])('%j means nothing, and that is said', (query, fault) => {
    expect(parseRolloutFilter(query)).toEqual({ fault: expect.stringMatching(fault) })
  })

  test('leaves alone what others read', () => {
    expect(parseRolloutFilter({ limit: ['a', 'b'] }, ['limit'])).toMatchObject({ value: {} })
  })
})

describe('a question about releases', () => {
  test('from and to are days with all their hours, or moments', () => {
    const march = Date.parse('2026-03-01T00:00:00Z')
    expect(parseReleaseFilter({ from: '2026-03-01', to: '2026-03-01' })).toMatchObject({ value: { from: march, to: march + DAY_MS - 1 } })
    expect(parseReleaseFilter({ from: '2026-03-01T02:00:00+02:00', open: 'false' })).toMatchObject({ value: { from: march, open: false } })
    expect(parseReleaseFilter({})).toMatchObject({ value: { from: undefined, to: undefined, open: undefined } })
  })

  test.each(['2026-02-30', '2026-3-1', 'yesterday', '2026-03-01T09:00', '0', '2026-13-01'])('%s is no day', (from) => {
    expect(parseReleaseFilter({ from })).toEqual({ fault: expect.stringMatching(/^from is a day such as/) })
    expect(parseReleaseFilter({ to: from })).toEqual({ fault: expect.stringMatching(/^to is a day such as/) })
  })

  test.each([
    [{ from: '2026-03-02', to: '2026-03-01' }, 'from is after to'],
    [{ open: 'maybe' }, 'open is one of true, false'],
    [{ outcome: 'merged' }, 'outcome is one of open, restored, superseded, promoted, gone'],
  ])('%j means nothing, and that is said', (query, fault) => {
    expect(parseReleaseFilter(query)).toEqual({ fault })
  })
})

test('a filter is written as a query that reads as the same filter', () => {
  const filter = { q: 'a&b=c d', namespace: 'ü', state: undefined }
  const query = filterQuery(filter, { state: 'split', namespace: undefined })
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({ q: 'a&b=c d', state: 'split' })
})
