import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

/** Files of one commit, by path. */
export type Files = Readonly<Record<string, string>>

export interface WebFails {
  /** What both Rollouts run v1 of. */
  before: Files
  /** What one sync brings, a commit each. */
  states: readonly Files[]
  options?: StageOptions
  /** Told the commits before they are synced. */
  ahead?: ((shas: readonly string[]) => void) | undefined
  /** `goes-back`: a person aborts it as well. `stays`: it is no part of the release. */
  worker?: 'makes-it' | 'goes-back' | 'stays'
}

/** web and worker are Rollouts of one Application and run v1; one sync brings v2, worker makes it, and web fails. */
export async function webFails({ before, states, options = {}, ahead, worker: ends = 'makes-it' }: WebFails): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit({ ...before }, 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const shas = states.map((files, at) => stage.commit({ ...files }, `commit ${at + 1}`))
  ahead?.(shas)
  app.sync(shas.at(-1) ?? '')
  for (const one of ends === 'stays' ? [web] : [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  if (ends === 'makes-it') worker.healthy('v2')
  if (ends === 'goes-back') worker.abort({ why: 'human' })
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}
