import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { openJudge, openSwitchboard } from './bench.ts'
import type { Mutant } from './find.ts'
import type { Plan } from './plan.ts'
import type { Numbered } from './switches.ts'

// One process that runs tests: the parent ends it when a mutant never ends.

/** What there is to work on, said once. */
export interface Setting {
  tests: readonly string[]
  mutants: readonly Numbered[]
  folder: string
}
export type Order =
  | { do: 'open'; setting: Setting }
  | { do: 'switch'; plan: Plan; files: readonly string[] }
  | { do: 'judge'; mutant: Mutant; files: readonly string[] }
export type Answer = { temporary: string } | { ended: true } | { isNoticed: boolean } | { fault: string }

// Every run adds its listeners to the one process that runs tests, and there are many runs.
EventEmitter.defaultMaxListeners = 0

let setting: Setting = { tests: [], mutants: [], folder: '' }
let judge: ReturnType<typeof openJudge> | undefined
let switchboard: ReturnType<typeof openSwitchboard> | undefined

async function answer(order: Order): Promise<Answer> {
  if (order.do === 'open') {
    setting = order.setting
    return { temporary: tmpdir() }
  }
  if (order.do === 'judge') {
    const isNoticed = await (judge ??= openJudge(setting.tests))
    return { isNoticed: await isNoticed(order.mutant, order.files) }
  }
  const run = await (switchboard ??= openSwitchboard(setting.tests, setting.mutants, setting.folder))
  await run(order.plan, order.files)
  return { ended: true }
}

process.on('message', (order: Order) => {
  answer(order).then(
    (sent) => process.send?.(sent),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => process.exit())
