import { expect, it } from 'vitest'
import type { Decided } from '../../../src/reconcile/decide/just-decided.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'

const at = (time: number): Decided => ({ known: {}, at: time }) as Decided

it.each([
  [1_000, true],
  [1_001, false],
])('what was decided %i ms ago can be had: %s; and once', (elapsed, isHad) => {
  const time = { now: 500 }
  const decided = createJustDecided({ elapsed: () => time.now })
  const one = at(500)
  decided.note('v', one)
  time.now += elapsed
  expect([decided.take('other'), decided.take('v'), decided.take('v')]).toEqual([undefined, isHad ? one : undefined, undefined])
})

it('what was decided last is what can be had, and others stay', () => {
  const decided = createJustDecided({ elapsed: () => 600 })
  const [first, second, third] = [at(500), at(600), at(550)]
  decided.note('v', first)
  decided.note('w', third)
  decided.note('v', second)
  expect([decided.take('v'), decided.take('w')]).toEqual([second, third])
})
