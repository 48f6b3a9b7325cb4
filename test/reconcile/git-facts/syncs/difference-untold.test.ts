import { expect, it } from 'vitest'
import type { LiveTemplate } from '../../../../src/domain/rollout/template.ts'
import { reduce } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { readDifference } from '../../../../src/reconcile/git-facts/syncs/by-difference.ts'
import { aQuestion, web } from '../a-question.ts'

const COMMITS = { n: web('v1'), next: web('v2') }

it.each<[string, 'n' | 'next', 'forbidden' | undefined]>([
  ['that of N is gone', 'n', undefined],
  ['that of N+1 is gone', 'next', undefined],
  ['that of N may not be read', 'n', 'forbidden'],
  ['that of N+1 may not be read', 'next', 'forbidden'],
])('of two templates nothing is told where %s', async (_, whose, found) => {
  const { question, live } = aQuestion({ commits: COMMITS, synced: [] })
  const templates: Record<string, LiveTemplate | 'forbidden' | undefined> = { n: live.before, next: live.failed, [whose]: found }
  const renderings = { ...question.renderings, live: async ({ uid }: { uid: string }) => templates[uid] }
  expect(await readDifference({ ...question, renderings } as OpenQuestion)).toBeUndefined()
})

it.each([{ failing: null }, { stable: null }])('of a ReplicaSet that is not in view nothing is told: %o', async (story) => {
  const { question } = aQuestion({ commits: COMMITS, synced: [], ...story })
  expect(await readDifference(question)).toBeUndefined()
})

it('of more lines than are looked at nothing is told', async () => {
  const lines = Array.from({ length: 10_001 }, (_, index) => `x${index}: -`).join('\n')
  const { question, applied } = aQuestion({ commits: { ...COMMITS, huge: web('v2', { more: lines }) }, synced: [] })
  const difference = await readDifference(question)
  const [n, next, huge] = [
    await reduce(question, applied('n')),
    await reduce(question, applied('next')),
    await reduce(question, applied('huge')),
  ]
  if (!difference || !n || !next || !huge) throw new Error('nothing differs')
  const { isBetween, isRefuted, isAnother, isLike } = difference
  expect([await isBetween(n, next), await isLike('last', [n, next, next])]).toEqual([true, true])
  const told = [await isBetween(n, huge), await isRefuted(n, huge), await isAnother(n, huge), await isLike('last', [n, next, huge])]
  expect(told).toEqual([false, false, false, false])
})
