import { expect, it } from 'vitest'
import type { GitRepositories } from '../../src/ports/git.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, createStage, type Stage } from './stage.ts'

/** A Git that answers nobody until it is told to. */
function createGate() {
  const state = { gate: Promise.resolve(), open: (): void => undefined }
  const wait = (repositories: GitRepositories): GitRepositories => ({
    async open(repoURL) {
      await state.gate
      return repositories.open(repoURL)
    },
  })
  return {
    wrap: (environment: Environment): Environment => ({ ...environment, repositories: wait(environment.repositories) }),
    close(): void {
      const { promise, resolve } = Promise.withResolvers<void>()
      Object.assign(state, { gate: promise, open: resolve })
    },
    open: (): void => state.open(),
    /** However a test ends, nobody waits for ever. */
    [Symbol.dispose]: (): void => state.open(),
  }
}

/** Lets time pass while somebody is waited for, who does not come. */
async function pass(stage: Stage, ms: number): Promise<void> {
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  await settled()
  await stage.clock.advanceTo(stage.clock.now() + ms, settled)
}

it('people are told of a failure though Git does not answer, and the same card is completed when it does', async () => {
  const git = createGate()
  await using stage = await createRunningStage({ wrap: git.wrap })
  using _open = git
  await stage.release('v2')
  git.close()
  stage.web.abort()
  await Promise.race([stage.show(), pass(stage, 2_000)])
  await pass(stage, 3_000)
  expect(stage.cards().map(({ card, thread }) => [card.tone, card.outcome, thread])).toEqual([
    ['bad', expect.stringMatching(/^Nothing was decided yet/), []],
  ])
  git.open()
  await stage.idle()
  await stage.advance(2_000)
  expect(stage.cards().map(({ card }) => [card.tone, card.outcome])).toEqual([['waiting', expect.stringMatching(/^PR #1 reverts it/)]])
  expect(stage.cards()[0]?.thread.filter((line) => line.startsWith('Nothing'))).toEqual([])
})

it('a second failure is told though Git has not yet answered to the first', async () => {
  const git = createGate()
  await using stage = await createRunningStage({ wrap: git.wrap, policy: { mode: 'notify' } })
  using _open = git
  await stage.release('v2')
  git.close()
  stage.web.abort()
  await Promise.race([stage.show(), pass(stage, 5_000)])
  stage.web.retry()
  await Promise.race([stage.show(), pass(stage, 5_000)])
  stage.web.abort()
  await Promise.race([stage.show(), pass(stage, 5_000)])
  expect(stage.cards().map(({ card }) => card.fields.find(({ label }) => label === 'Cause')?.value)).toEqual([
    expect.stringContaining('attempt 2'),
  ])
  git.open()
  await stage.idle()
})

it(
  'many failures of one repository are all told within 5 s, the first within 2 s, though Git does not answer',
  { timeout: 120_000 },
  async () => {
    const git = createGate()
    await using stage = await createStage({ wrap: git.wrap })
    using _open = git
    const names = Array.from({ length: 40 }, (_, at) => `app-${at}`)
    const commit = (tag: string) =>
      stage.commit(Object.fromEntries(names.map((name) => [`apps/${name}/rollout.yaml`, manifest(tag, name)])), tag)
    const rollouts = names.map((name) => {
      const rollout = stage.addRollout({ name, uid: name, application: name })
      const sources = [{ repoURL: REPO, targetRevision: 'main', path: `apps/${name}` }]
      return { rollout, app: stage.addApplication({ name, rollouts: [rollout], sources }) }
    })
    const release = (tag: string, begin: (one: (typeof rollouts)[number]['rollout']) => void): void => {
      const sha = commit(tag)
      for (const { rollout, app } of rollouts) {
        app.sync(sha)
        begin(rollout)
      }
    }
    release('v1', (rollout) => rollout.healthy('v1'))
    await stage.start()
    await stage.advance(60_000)
    git.close()
    release('v2', (rollout) => rollout.canary('v2'))
    await Promise.race([stage.show(), pass(stage, 10_000)])
    for (const { rollout } of rollouts) rollout.abort()
    await Promise.race([stage.show(), pass(stage, 2_000)])
    const first = stage.cards().length
    await pass(stage, 3_000)
    expect([first > 0, stage.cards().length]).toEqual([true, names.length])
    stage.policy = { mode: 'observe' }
    git.open()
  },
)
