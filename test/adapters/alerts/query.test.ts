import { expect, it } from 'vitest'
import { createPastQueries } from '../../../src/adapters/alerts/prometheus/query.ts'

it('Prometheus is asked three things at once, and the others wait without their time running', async () => {
  const waiting: (() => void)[] = []
  const client = {
    async get() {
      await new Promise<void>((resolve) => void waiting.push(resolve))
      return { result: 'json', json: {} } as const
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  const queries = createPastQueries(client, () => 1_000_000)
  const all = Array.from({ length: 10 }, (_, at) => queries.get(`/${at}`, [], 1))
  const begun: number[] = []
  for (let answered = 0; answered < 10; answered += 1) {
    await expect.poll(() => waiting.length).toBeGreaterThan(answered)
    begun.push(waiting.length - answered)
    waiting[answered]?.()
  }
  await Promise.all(all)
  expect(waiting).toHaveLength(10)
  expect(Math.max(...begun)).toBe(3)
})
