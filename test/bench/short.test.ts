import { expect, it } from 'vitest'
import { runEachShort, runShort } from '../../bench/short.ts'

async function short(run: Parameters<typeof runShort>[1]) {
  const lines: string[] = []
  const code = await runShort('storm', run, (line) => lines.push(line))
  return { code, lines }
}

it('a bench that has run says how many rows it has made, and none of its figures', async () => {
  const { code, lines } = await short(async () => ({ rows: 2 }))
  expect(lines).toEqual([expect.stringMatching(/^storm ran, 2 rows, \d+\.\d s$/)])
  expect(code).toBe(0)
})

it('a bench that throws is a failure, with its error', async () => {
  const { code, lines } = await short(() => Promise.reject(new Error('no Application')))
  expect(lines).toEqual([expect.stringMatching(/^storm FAILED: Error: no Application\n +at /)])
  expect(code).toBe(1)
})

it('a bench that makes no row is a failure', async () => {
  const { code, lines } = await short(async () => ({ rows: 0 }))
  expect(lines).toEqual([expect.stringContaining('storm FAILED: Error: it has made no row')])
  expect(code).toBe(1)
})

it('a bench that cannot run on this machine says why, and is no failure', async () => {
  const { code, lines } = await short(async () => ({ leftOut: 'there is no PostgreSQL' }))
  expect(lines).toEqual(['storm left out: there is no PostgreSQL'])
  expect(code).toBe(0)
})

it('all are run where one fails, and one that could not say so itself is named', async () => {
  const [started, lines]: [string[], string[]] = [[], []]
  const ends: Record<string, number | string> = { a: 1, b: 13, c: 'SIGTERM', d: 0, e: 0 }
  const start = async (name: string) => (started.push(name), ends[name] ?? 0)
  const code = await runEachShort(Object.keys(ends), start, (line) => lines.push(line))
  expect(started.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(lines.toSorted()).toEqual(['b FAILED: its process has ended with 13', 'c FAILED: its process has ended with SIGTERM'])
  expect(code).toBe(1)
  expect(await runEachShort(['d', 'e'], start, () => undefined)).toBe(0)
})
