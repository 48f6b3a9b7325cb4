import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { createGate, pass, showAndPass } from './git-gate.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, createStage } from './stage.ts'

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

/** So many Rollouts of one repository, each in its own Application, where v1 runs. */
async function createManyStage(many: number, git: ReturnType<typeof createGate>) {
  const stage = await createStage({ wrap: git.wrap })
  const names = Array.from({ length: many }, (_, at) => `app-${at}`)
  const all = names.map((name) => {
    const rollout = stage.addRollout({ name, uid: name, application: name })
    const sources = [{ repoURL: REPO, targetRevision: 'main', path: `apps/${name}` }]
    return { rollout, app: stage.addApplication({ name, rollouts: [rollout], sources }) }
  })
  /** Commits a tag for all of them, syncs it, and lets the controller begin. */
  function release(tag: string, begin: (one: (typeof all)[number]['rollout']) => void): void {
    const files = Object.fromEntries(names.map((name) => [`apps/${name}/rollout.yaml`, manifest(tag, name)]))
    const sha = stage.commit(files, tag)
    for (const { rollout, app } of all) {
      app.sync(sha)
      begin(rollout)
    }
  }
  release('v1', (rollout) => rollout.healthy('v1'))
  await stage.start()
  await stage.advance(60_000)
  return Object.assign(stage, { all, release })
}

it('many failures of one repository are all told within 5 s, the first within 2 s, though Git does not answer', async () => {
  const git = createGate()
  await using stage = await createManyStage(40, git)
  using _open = git
  git.close()
  stage.release('v2', (rollout) => rollout.canary('v2'))
  await showAndPass(stage, 10_000)
  for (const { rollout } of stage.all) rollout.abort()
  await showAndPass(stage, 2_000)
  const first = stage.cards().length
  await pass(stage, 3_000)
  const named = stage.cards().map(({ card }) => card.title)
  expect([first > 0, named]).toEqual([true, [expect.stringContaining('40 Rollouts failed for one cause')]])
})

it('a failure is told though Git does not say of many others whether they are restored', async () => {
  const git = createGate()
  await using stage = await createManyStage(20, git)
  using _open = git
  stage.release('v2', (rollout) => rollout.canary('v2'))
  await stage.show()
  await stage.advance(10_000)
  const [last, ...others] = stage.all
  for (const { rollout } of others) rollout.abort()
  await stage.show()
  await stage.advance(10_000)
  git.close()
  const newest = stage.commit({ 'other/readme': 'y\n' })
  for (const { rollout, app } of others) {
    app.sync(newest)
    rollout.healthy('v1')
  }
  await showAndPass(stage, 10_000)
  last?.rollout.abort({ value: '{"value":0.17}' })
  await showAndPass(stage, 5_000)
  expect(
    stage
      .cards()
      .map(({ card }) => card.key.includes('app-0|'))
      .filter(Boolean),
  ).toHaveLength(1)
})

it('a release does not end while Git does not say whether it is restored, and its next failure is told all the same', async () => {
  const git = createGate()
  await using stage = await createRunningStage({ wrap: git.wrap })
  using _open = git
  await stage.release('v2')
  await stage.abort()
  git.close()
  // One person takes it back in Git, and before Git is reached another brings it again, which fails again.
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }))
  stage.web.healthy('v1')
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': `${manifest('v2')}# again\n` }))
  stage.web.canary('v2')
  await showAndPass(stage, 10_000)
  stage.web.abort()
  await showAndPass(stage, 10_000)
  const outcomes = () => stage.failed().map(({ outcome }) => outcome)
  expect([outcomes(), stage.cards().length]).toEqual([['open', 'open'], 2])
  git.open()
  await stage.idle()
  expect(outcomes()).toEqual(['open', 'restored'])
})
