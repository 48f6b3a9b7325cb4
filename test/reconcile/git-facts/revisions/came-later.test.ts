import { expect, it } from 'vitest'
import { cameLater } from '../../../../src/reconcile/git-facts/revisions/came-later.ts'
import { aQuestion, web } from '../a-question.ts'
import { aDifference } from './a-good-question.ts'

/** N, what is taken for N+1's, and so many commits after it, of which all that differs is there with one. */
async function later(count: number, there: string | undefined): Promise<{ is: boolean; asked: readonly string[] }> {
  const after = Array.from({ length: count }, (_, at) => [`c${at}`, web(`v${at + 3}`)])
  const { question, sha } = aQuestion({ commits: { n: web('v1'), bad: web('v2'), ...Object.fromEntries(after) }, synced: [] })
  const { repository } = question
  const inputs = [{ path: 'apps/web', glob: false }]
  const reduced = async (name: string) => ({ commit: await repository.commit(sha(name)), inputs })
  const asked: string[] = []
  const difference = {
    ...aDifference({}),
    isBetween: async (from: { commit: { subject: string } }, to: { commit: { subject: string } }) => {
      asked.push(`${from.commit.subject} ${to.commit.subject}`)
      return to.commit.subject === there
    },
  }
  const head = sha(count === 0 ? 'bad' : `c${count - 1}`)
  return { is: await cameLater(question, { good: await reduced('n'), bad: await reduced('bad'), difference, head }), asked }
}

it.each<[string, number, string | undefined, boolean]>([
  ['came with what is taken for it', 3, 'bad', false],
  ['came with the next', 3, 'c0', true],
  ['came with one after it', 3, 'c1', true],
  ['never came', 3, undefined, false],
  ['never came, and nothing came after', 0, undefined, false],
  ['came with the twentieth', 30, 'c19', true],
  ['came with one of many in between', 30, 'c20', false],
  ['came with the newest of many', 30, 'c29', true],
])('all of N+1 is there with a later commit where it %s', async (_, ...[count, there, expected]) => {
  expect((await later(count, there)).is).toBe(expected)
})

it('each commit is held against N once', async () => {
  expect((await later(2, undefined)).asked).toEqual(['n bad', 'n c0', 'n c1'])
  expect((await later(22, undefined)).asked).toHaveLength(1 + 20 + 1)
})
