import { mkdtempSync, rmSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mend, packed, read, write, type Diary, type Line } from '../../../tools/mutants/diary.ts'
import { BUDGET_MS, planBand } from '../../../tools/mutants/plan.ts'

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kedge-diary-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'diary')
}

function diaryOf(...lines: readonly Line[]): Diary {
  const file = path()
  write(file, ...lines)
  return read(file)
}

function test(name: string, ms: number, ...reached: readonly number[]): Line {
  const seen = new Uint8Array(20)
  for (const id of reached) seen[id] = 1
  return { test: name, file: `/${name.slice(0, 1)}.test.ts`, name, ms, reached: packed(seen) }
}

const orders = (diary: Diary, wanted: readonly number[], upToMs: number, group = 0): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(planBand(diary, { group, wanted, upToMs }).tests).map(([id, { mutants }]) => [id, mutants]))

describe('what a test is asked', () => {
  it('a mutant is tried by the tests that reach it, and no longer ones than the band has', () => {
    const diary = diaryOf(test('a1', 2, 1, 9), test('b1', 3, 9, 17), test('b2', 50, 1))
    expect(orders(diary, [1, 9, 17], 5)).toEqual({ a1: [1, 9], b1: [9, 17] })
    expect(orders(diary, [17], 5)).toEqual({ b1: [17] })
  })

  it('a mutant that lives is tried no longer than its budget, but by one test at least', () => {
    const diary = diaryOf(test('a1', BUDGET_MS - 10, 1), test('a2', BUDGET_MS - 5, 1, 2), test('a3', BUDGET_MS + 5, 2, 3))
    expect(orders(diary, [1, 2, 3], BUDGET_MS * 2)).toEqual({ a1: [1], a2: [2], a3: [3] })
  })

  it('a test that has been asked is not asked again, and what it took stays taken', () => {
    const diary = diaryOf(test('a1', BUDGET_MS - 10, 1), test('a2', BUDGET_MS, 1), { asked: 'a1', group: 0 })
    expect(orders(diary, [1], BUDGET_MS)).toEqual({})
  })

  it('a test that has been asked about one group is asked about the next', () => {
    const diary = diaryOf(test('a1', 1, 1, 2), { asked: 'a1', group: 0 })
    expect(orders(diary, [2], 5)).toEqual({})
    expect(orders(diary, [2], 5, 1)).toEqual({ a1: [2] })
  })

  it('a test that was red twice without a fault is asked nothing', () => {
    const unfit: Line = { unfit: 'a1', name: 'a1', why: 'red' }
    expect(orders(diaryOf(test('a1', 1, 1), unfit), [1], 5)).toEqual({ a1: [1] })
    expect(orders(diaryOf(test('a1', 1, 1), unfit, unfit), [1], 5)).toEqual({})
  })

  it('a mutant in doubt goes first', () => {
    expect(orders(diaryOf(test('a1', 1, 1, 2, 3), { doubtful: 2, test: 'a1' }), [1, 2, 3], 5)).toEqual({ a1: [2, 1, 3] })
  })
})

it('a run that was killed within a line goes on from the line before', () => {
  const file = path()
  write(file, { of: 'x' }, { mutant: 3, fate: 'killed', by: 'a1' })
  appendFileSync(file, '{"mutant":4,"fa')
  mend(file)
  write(file, { mutant: 5, fate: 'survived', by: 'a1' })
  const { of, fates } = read(file)
  expect({ of, fates: [...fates] }).toEqual({
    of: 'x',
    fates: [
      [3, 'killed'],
      [5, 'survived'],
    ],
  })
})
