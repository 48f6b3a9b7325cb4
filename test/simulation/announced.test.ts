import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { restore } from './one-failure.ts'
import { createRunningStage, createStage, type RunningStage, type StageOptions } from './stage.ts'
import { forgeThat, MINUTE, retry, settle } from './transition-stories.ts'

const TOLD: Partial<Policy> = { announce: ['status', 'comment'] }
const SOURCE = { author: 'ada', approvers: [] }

const create = (options: StageOptions = {}): Promise<RunningStage> =>
  createRunningStage({ ...options, policy: { ...TOLD, ...options.policy } })

/** A commit that came by a pull request of ada's: the first in the repository. */
async function fails(stage: RunningStage): Promise<CommitSha> {
  const number = await stage.forges.openByHuman(REPO, { branch: 'feat/v2', base: 'main', title: 'v2', body: '', author: 'ada' })
  const bad = await stage.release('v2')
  stage.forges.merge(REPO, number, bad)
  stage.forges.introduce(REPO, bad, { number, url: `https://git.example/shop/gitops/pull/${number}`, ...SOURCE })
  await stage.abort()
  await stage.advance(MINUTE)
  return bad
}

const statuses = (stage: RunningStage) =>
  stage.forges.statuses(REPO).map(({ state, description, context }) => ({ state, description, context }))
const comments = (stage: RunningStage) => stage.pulls()[0]?.comments.map(({ text }) => text) ?? []
const effects = async (stage: RunningStage) =>
  (await stage.records()).filter(({ kind, key }) => kind === 'effect' && key.startsWith('announce|')).map(({ event }) => event)

describe('a failed release is told where it was made', () => {
  it('by one status on its commit and one comment on the pull request that brought it', async () => {
    await using stage = await create()
    const bad = await fails(stage)
    expect(stage.forges.statuses(REPO)).toMatchObject([
      { commit: bad, context: 'kedge/release', state: 'failure', description: 'shop/web failed at 25 %: success-rate 0.42 < 0.95 (1/1)' },
    ])
    expect(comments(stage)).toEqual([expect.stringContaining('failed')])
    expect(comments(stage)[0]).toContain('pull/2)')
  })

  it.each(['notify', 'pr'] as const)('in mode %s also where nothing renders, once files show what would be restored', async (mode) => {
    await using stage = await create({ renderer: 'none', policy: { mode } })
    await fails(stage)
    expect(statuses(stage)).toMatchObject([{ state: 'failure', context: 'kedge/release' }])
  })

  it('and brought up to date in place when it is restored: the commit stays red, with the number of what took it back', async () => {
    await using stage = await create()
    await fails(stage)
    await restore(stage, 2)
    expect(statuses(stage)).toMatchObject([
      { state: 'failure' },
      { state: 'failure', description: /^shop\/web was restored by #2; it failed at 25 %/ },
    ])
    expect(comments(stage)).toEqual([expect.stringContaining('was taken back')])
    await stage.restart()
    await stage.advance(10 * MINUTE)
    expect([statuses(stage).length, comments(stage).length]).toEqual([2, 1])
  })

  it('as pending while it is tried again, and green once that very version made it', async () => {
    await using stage = await create()
    await fails(stage)
    await retry(stage)
    await stage.advance(MINUTE)
    stage.web.healthy('v2')
    await settle(stage)
    expect(statuses(stage).map(({ state, description }) => [state, description])).toEqual([
      ['failure', expect.stringContaining('failed at 25 %')],
      ['pending', expect.stringContaining('is being tried again; it failed at 25 %')],
      ['success', 'shop/web made it after all'],
    ])
    expect(comments(stage)).toEqual([expect.stringContaining('made it after all')])
  })

  it('and nothing of it is repeated when the look is, or Kedge begins again', async () => {
    await using stage = await create()
    await fails(stage)
    const records = await effects(stage)
    for (let again = 0; again < 3; again += 1) {
      await stage.restart()
      await stage.pushed()
      await stage.advance(10 * MINUTE)
    }
    expect(await effects(stage)).toEqual(records)
    expect([statuses(stage).length, comments(stage).length]).toEqual([1, 1])
  })

  it('a ledger that was lost finds both again, and repeats neither', async () => {
    await using stage = await create()
    await fails(stage)
    await stage.restart({ loseLedger: true })
    await stage.advance(10 * MINUTE)
    expect(await effects(stage)).toContain('release-announced')
    expect([statuses(stage).length, comments(stage).length]).toEqual([1, 1])
  })

  it('one commit in many Rollouts has one status and one comment', async () => {
    await using stage = await createStage({ policy: { ...TOLD, inStorms: false } })
    const rollouts = Array.from({ length: 6 }, (_, at) => stage.addRollout({ name: `web${at}` }))
    const app = stage.addApplication({ rollouts })
    const names = rollouts.map(({ name }) => name)
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1', ...names) }, 'v1'))
    for (const one of rollouts) one.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    const number = await stage.forges.openByHuman(REPO, { branch: 'feat/v2', base: 'main', title: 'v2', body: '', author: 'ada' })
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2', ...names) }, 'v2')
    stage.forges.introduce(REPO, bad, { number, url: 'https://git.example/1', ...SOURCE })
    app.sync(bad)
    for (const one of rollouts) one.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    for (const one of rollouts) one.abort()
    await stage.show()
    await stage.advance(3 * MINUTE)
    const told = stage.forges.statuses(REPO)
    expect(told.at(-1)?.description).toMatch(/^6 Rollouts failed\. shop\/web\d+ failed at 25 %/)
    expect(told.length).toBeLessThan(4)
    expect(stage.pulls()[0]?.comments).toHaveLength(1)
    for (const name of names) expect(stage.pulls()[0]?.comments[0]?.text).toContain(`shop/${name}`)
  })
})

describe('nothing is written at the forge', () => {
  it.each<[string, StageOptions]>([
    ['that only observes', { policy: { mode: 'observe' } }],
    ['whose policy says so', { policy: { announce: [] } }],
    ['of a repository that is not allowed', { allows: () => false }],
    ['that is muted', { policy: { mutedUntil: Date.parse('2027-01-01T00:00:00Z') } }],
  ])('of a Rollout %s', async (_, options) => {
    await using stage = await create(options)
    await fails(stage)
    expect([statuses(stage), comments(stage), await effects(stage)]).toEqual([[], [], []])
  })

  it('by the way that the policy leaves out', async () => {
    await using stage = await create({ policy: { mode: 'notify', announce: ['status'] } })
    await fails(stage)
    expect([statuses(stage).length, comments(stage)]).toEqual([1, []])
  })

  it('once the policy says so, also of what waits to be written', async () => {
    let isUp = false
    const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')
    await using stage = await create(
      forgeThat((forge) => ({ setStatus: (...given) => (isUp ? forge.setStatus(...given) : Promise.reject(away)) })),
    )
    await fails(stage)
    stage.policy = { announce: [] }
    isUp = true
    await stage.show()
    await stage.advance(10 * MINUTE)
    expect([statuses(stage), comments(stage), stage.ledger.pendingEffects()]).toEqual([[], [], []])
  })

  it('of a commit that is not known to have brought it: the version before has none', async () => {
    await using stage = await createStage({ policy: TOLD })
    const web = stage.addRollout()
    const app = stage.addApplication()
    web.healthy('v1')
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
    await stage.start()
    await stage.advance(MINUTE)
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toHaveLength(1)
    expect(stage.forges.statuses(REPO)).toEqual([])
  })
})

describe('a forge that refuses', () => {
  it('is told of once, with what to do, and costs neither the revert nor the card', async () => {
    await using stage = await create()
    stage.forges.refuseStatuses(REPO, 'Resource not accessible by integration')
    await fails(stage)
    await restore(stage, 2)
    const warnings = stage.warnings().filter(({ message }) => message.includes('the forge does not take'))
    expect(warnings).toMatchObject([{ fields: { error: 'E_ANNOUNCE_REFUSED: Resource not accessible by integration', way: 'status' } }])
    expect([statuses(stage), comments(stage).length]).toEqual([[], 1])
    expect(stage.pulls()[1]?.state).toBe('merged')
    expect(stage.cards()).toHaveLength(1)
    expect(stage.ledger.pendingEffects()).toEqual([])
  })

  it('comments on a locked conversation are left out, and the status is set', async () => {
    const locked = new KedgeError('E_FORGE_FORBIDDEN', 'GitHub answered 403: Unable to create comment because issue is locked.')
    await using stage = await create(forgeThat(() => ({ comment: () => Promise.reject(locked) })))
    await fails(stage)
    expect([statuses(stage).length, stage.ledger.pendingEffects()]).toEqual([1, []])
    expect(stage.warnings().map(({ message }) => message)).toEqual([expect.stringContaining('the forge does not take')])
  })

  it('one that is away holds up neither the pull request nor the card, and is told when it is back', async () => {
    let isUp = false
    const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')
    await using stage = await create(
      forgeThat((forge) => ({ setStatus: (...given) => (isUp ? forge.setStatus(...given) : Promise.reject(away)) })),
    )
    await fails(stage)
    expect([stage.pulls().length, stage.cards().length, statuses(stage)]).toEqual([2, 1, []])
    isUp = true
    await stage.advance(2 * MINUTE)
    expect(statuses(stage)).toHaveLength(1)
  })
})
