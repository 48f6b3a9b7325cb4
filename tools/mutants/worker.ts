import { createBench, type TestFile } from './bench.ts'
import type { Mutant } from './find.ts'

// One process that tries mutants: the parent ends it when a mutant never ends.

export type Order = { do: 'survey'; files: readonly string[] } | { do: 'try'; mutant: Mutant; tests: readonly (readonly string[])[] }
export type Answer = { survey: readonly (Omit<TestFile, 'ran'> & { ran: readonly string[] })[] } | { noticed: boolean } | { fault: string }

const [folder = '', ...tests] = process.argv.slice(2)
await using bench = await createBench(folder, tests)

async function answer(order: Order): Promise<Answer> {
  if (order.do === 'survey') {
    const found = await bench.survey(order.files)
    return { survey: found.map((one) => ({ ...one, ran: [...one.ran] })) }
  }
  for (const some of order.tests) if (some.length > 0 && (await bench.isNoticed(order.mutant, some))) return { noticed: true }
  return { noticed: false }
}

const ended = Promise.withResolvers<void>()
process.on('message', (order: Order) => {
  answer(order).then(
    (sent) => process.send?.(sent),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => ended.resolve())
await ended.promise
