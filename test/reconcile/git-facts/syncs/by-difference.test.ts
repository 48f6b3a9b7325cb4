import { expect, it } from 'vitest'
import { at, difference, values } from './a-difference.ts'

it('lies between two commits where each value of N has become that of N+1 in a line of the same name', async () => {
  const { isBetween } = await difference(
    { image: 'web:v1', level: '1' },
    { image: 'web:v3', level: '5' },
    { a: values('v1', 1), b: values('v1', 5), c: values('v3', 5) },
  )
  expect(await isBetween(at('a'), at('c'))).toBe(true)
  expect(await isBetween(at('b'), at('c'))).toBe(false)
  expect(await isBetween(at('a'), at('b'))).toBe(false)
})

it('does not lie between where another line has lost the one value and another again has got the other', async () => {
  const { isBetween } = await difference(
    { image: 'web:v1' },
    { image: 'web:v3' },
    { a: 'worker: v1\nweb: v2\n', b: 'worker: v2\nweb: v3\n' },
  )
  expect(await isBetween(at('a'), at('b'))).toBe(false)
})

it('does not lie between where a file names in full only another image that has changed so', async () => {
  const { isBetween } = await difference(
    { image: 'a/web:v1' },
    { image: 'a/web:v3' },
    { a: 'image: a/worker:v1\n', b: 'image: a/worker:v3\n', c: 'image: b/web:v1\n', d: 'image: b/web:v3\n' },
  )
  expect(await isBetween(at('a'), at('b'))).toBe(false)
  expect(await isBetween(at('c'), at('d'))).toBe(true)
})

it('does not lie between where a value stands in no file', async () => {
  const { isBetween } = await difference(
    { image: 'web:v1', level: 'a1b2' },
    { image: 'web:v3', level: 'c3d4' },
    { a: values('v1', 1), b: values('v3', 1) },
  )
  expect(await isBetween(at('a'), at('b'))).toBe(false)
})

it('is refuted where N has what came only after the first commit', async () => {
  const { isBetween, isRefuted } = await difference(
    { image: 'web:v1', level: '2' },
    { image: 'web:v3', level: '2' },
    { a: values('v1', 1), b: values('v1', 2), c: values('v3', 2) },
  )
  expect([await isBetween(at('a'), at('c')), await isRefuted(at('a'), at('c'))]).toEqual([false, true])
  expect([await isBetween(at('b'), at('c')), await isRefuted(at('b'), at('c'))]).toEqual([true, false])
})

it('takes what changed other lines for like N, and what changed a line that tells for something else', async () => {
  const { isLike } = await difference(
    { image: 'web:v1' },
    { image: 'web:v3' },
    { a: values('v1', 1), other: values('v1', 2), touched: values('v2', 1), last: values('v3', 2) },
  )
  expect(await isLike('first', [at('a'), at('other'), at('last')])).toBe(true)
  expect(await isLike('last', [at('a'), at('other'), at('last')])).toBe(false)
  expect(await isLike('first', [at('a'), at('touched'), at('last')])).toBe(false)
})

it.each([
  ['a value that was changed, and changed back', values('v1', 2), values('v3', 1)],
  ['a line that came, and went', values('v1', 1, 'debug: on\n'), values('v3', 1)],
  ['a line that went, and came', 'web: v1\n', values('v3', 1)],
])('takes nothing for like N where N+1 takes it back: %s', async (_, middle, last) => {
  const { isLike } = await difference({ image: 'web:v1' }, { image: 'web:v3' }, { a: values('v1', 1), middle, last })
  expect(await isLike('first', [at('a'), at('middle'), at('last')])).toBe(false)
})

it('takes for like N what N+1 has changed on, as that would be seen to differ', async () => {
  const { isLike } = await difference(
    { image: 'web:v1' },
    { image: 'web:v3' },
    { a: values('v1', 1), middle: values('v1', 2), last: values('v3', 4) },
  )
  expect(await isLike('first', [at('a'), at('middle'), at('last')])).toBe(true)
})

it('takes the older commit for like N+1 where the newer left alone the lines that tell', async () => {
  const { isLike } = await difference(
    { image: 'web:v1' },
    { image: 'web:v3' },
    { a: values('v1', 1), middle: values('v3', 1), last: values('v3', 2), other: values('v4', 1) },
  )
  expect(await isLike('last', [at('a'), at('middle'), at('last')])).toBe(true)
  expect(await isLike('last', [at('a'), at('middle'), at('other')])).toBe(false)
})

it('is told of thousands of lines that change without holding anybody up, and not of more', async () => {
  const lines = (name: string, mark: string, count: number): string =>
    Array.from({ length: count }, (_, index) => `${name}${index}: ${mark}`).join('\n')
  const commits = { a: lines('old', 'v1', 8_000), b: lines('new', 'v2', 8_000), c: `web: v2\n${lines('x', '-', 10_000)}`, d: 'web: v1\n' }
  const { isBetween } = await difference({ image: 'web:v1' }, { image: 'web:v2' }, commits)
  const before = process.cpuUsage()
  expect(await isBetween(at('a'), at('b'))).toBe(false)
  const { user, system } = process.cpuUsage(before)
  // Of the processor, not of the clock: others may be at work on the machine.
  expect((user + system) / 1_000).toBeLessThan(1_000)
  expect(await isBetween(at('d'), at('c'))).toBe(false)
})

it('is of another version where a value of N+1 came in place of one that N does not have', async () => {
  const { isAnother } = await difference(
    { level: '1' },
    { level: '5' },
    {
      n: 'level: 1\nreplicas: 5\n',
      other: 'level: 3\nreplicas: 5\n',
      failed: 'level: 5\nreplicas: 5\n',
      scaled: 'level: 5\nreplicas: 6\n',
      more: 'level: 1\nreplicas: 4\n',
      none: 'replicas: 4\n',
    },
  )
  expect(await isAnother(at('other'), at('failed'))).toBe(true)
  expect(await isAnother(at('n'), at('failed'))).toBe(false)
  // Elsewhere the same value is of something else, and what came anew took the place of nothing.
  expect([await isAnother(at('n'), at('scaled')), await isAnother(at('more'), at('failed'))]).toEqual([false, false])
  expect(await isAnother(at('none'), at('scaled'))).toBe(false)
})

it.each([
  ['0.5', '1', '500m', '1'],
  ['1024Mi', '2Gi', '1Gi', '2Gi'],
  ['""', 'debug', '', 'debug'],
  ['"{\\"a\\":1}"', 'off', '{"a":1}', 'off'],
])('says nothing of a value that files spell otherwise (%s)', async (before, after, runs, next) => {
  const { isAnother } = await difference(
    { level: runs },
    { level: next },
    { n: `level: ${before}\nreplicas: 1\n`, failed: `level: ${after}\nreplicas: 2\n` },
  )
  expect(await isAnother(at('n'), at('failed'))).toBe(false)
})
