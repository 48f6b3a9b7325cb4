import { expect, it } from 'vitest'
import { at, difference, values } from './a-difference.ts'

const UP = [{ image: 'web:v1' }, { image: 'web:v3' }] as const
const LEVEL = [{ level: '1' }, { level: '5' }] as const

it.each([
  [200, true],
  [201, false],
])('of %i files it is told: %s', async (count, isTold) => {
  const paths = ['values.yaml', ...Array.from({ length: count - 1 }, (_, index) => `f${index}.yaml`)]
  const { isBetween } = await difference(...UP, { a: values('v1', 1), b: values('v3', 1) }, paths)
  expect(await isBetween(at('a'), at('b'))).toBe(isTold)
})

it.each([
  [10_000, true],
  [10_001, false],
])('of %i lines it is told: %s', async (count, isTold) => {
  const more = Array.from({ length: count - 1 }, (_, index) => `x${index}: -`).join('\n')
  const { isBetween } = await difference(...UP, { a: 'web: v1\n', b: `web: v3\n${more}` })
  expect(await isBetween(at('a'), at('b'))).toBe(isTold)
})

it('of more text than is read it is not told', async () => {
  const { isBetween } = await difference(...UP, { a: 'web: v1\n', b: `web: v3\n${'x'.repeat(4 * 1024 * 1024)}` })
  expect(await isBetween(at('a'), at('b'))).toBe(false)
})

it.each([
  ['N+1 alone has', {}, { more: 'x9' }, { a: 'level: 1\nnote: undefined\n', b: 'level: 1\nMORE: x9\n' }],
  ['N alone has', { more: 'x9' }, {}, { a: 'level: 1\nMORE: x9\n', b: 'level: 1\nnote: undefined\n' }],
])('a value that %s is told by the lines that hold it', async (_, n, next, commits) => {
  const { isBetween } = await difference(n, next, commits)
  expect([await isBetween(at('a'), at('b')), await isBetween(at('a'), at('a'))]).toEqual([true, false])
})

it.each([
  ['a value of N came in place of nothing', 'level: 1\n', 'level: 5\nother: main\n'],
  ['neither of two values is of N', 'level: 1\nx: 7\n', 'level: 5\nx: 8\n'],
  ['the value that N+1 has instead is one that N has elsewhere', 'level: 1 # once\n', 'level: main\n'],
])('nothing was there before where %s', async (_, before, after) => {
  const level = after.includes('level: main') ? 'main' : '5'
  const { isBetween, isRefuted } = await difference({ level: '1' }, { level }, { a: before, b: after })
  expect([await isBetween(at('a'), at('b')), await isRefuted(at('a'), at('b'))]).toEqual([true, false])
})

it('nothing is refuted where no line tells the two versions apart, and nothing of N came', async () => {
  const { isRefuted } = await difference({ level: 'a1b2' }, { level: 'c3d4' }, { a: 'x: 7\n', b: 'x: 8\n' })
  expect(await isRefuted(at('a'), at('b'))).toBe(false)
})

it.each([
  ['one of several values', { image: 'web:v1', level: '1' }, { image: 'web:v3', level: '5' }, { a: values('v1', 3), b: values('v3', 5) }],
  ['a value that came elsewhere, too', ...LEVEL, { a: 'level: 3\n', b: 'level: 5\nreplicas: 5\n' }],
])('something else was there before where it stood in the place of %s', async (_, n, next, commits) => {
  const { isAnother } = await difference(n, next, commits)
  expect(await isAnother(at('a'), at('b'))).toBe(true)
})

it('a line that names another image is of that one, however long it is', async () => {
  const line = (tag: string): string => `image: a/worker:${tag} # ${'x'.repeat(400)}\n`
  const { isBetween } = await difference({ image: 'a/web:v1' }, { image: 'a/web:v3' }, { a: line('v1'), b: line('v3') })
  expect(await isBetween(at('a'), at('b'))).toBe(false)
})

it.each([
  ['came', 'web: v1\n', 'web: v1\nx: 1\n', 'web: v3\nx: 2\n'],
  ['went', 'web: v1\nx: 0\n', 'web: v1\nx: 1\n', 'web: v3\n'],
])('nothing is like N where a line of its own stands for one that only %s', async (_, first, middle, last) => {
  const { isLike } = await difference(...UP, { first, middle, last })
  expect(await isLike('first', [at('first'), at('middle'), at('last')])).toBe(false)
})
