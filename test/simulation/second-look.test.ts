import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Forge } from '../../src/ports/forge.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { holds } from '../until.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** What the tests of this file do between the decision and the PR. */
interface Between {
  /** Called when the delivery asks the forge for the branch: right before its second look. */
  look?: (() => void) | undefined
  /** The forge takes no PR while this is set. */
  refuses?: boolean
}

/** A forge between which and Kedge something happens. */
function between(happens: Between): (environment: Environment) => Environment {
  const watched = (forge: Forge): Forge => ({
    ...forge,
    findByBranch: async (branch) => {
      happens.look?.()
      return forge.findByBranch(branch)
    },
    open: async (request) => {
      if (happens.refuses) throw new KedgeError('E_FORGE_UNREACHABLE', 'no route to host')
      return forge.open(request)
    },
  })
  return (environment) => ({ ...environment, forges: { forRepository: (url) => watched(environment.forges.forRepository(url)) } })
}

async function fail(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
}

/** The branch is pushed and the forge has taken no PR of it, when a person takes the mode back to notify. */
async function withdraw(happens: Between): Promise<RunningStage> {
  const stage = await createRunningStage({ wrap: between(happens) })
  happens.refuses = true
  await fail(stage)
  expect(stage.branches()).toHaveLength(1)
  stage.policy = { mode: 'notify' }
  happens.refuses = false
  await stage.advance(MINUTE)
  return stage
}

async function count(stage: RunningStage, ...events: readonly string[]): Promise<number> {
  return (await stage.records()).filter((record) => events.includes(record.event)).length
}

describe('a planned revert that is not right any more when its turn comes', () => {
  it('is withdrawn: no PR, the branch of an earlier try is deleted, the release stands alone again and people are told why', async () => {
    await using stage = await withdraw({})
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'withdrawn', pullRequest: null }])
    expect(stage.failed()).toMatchObject([{ state: 'failed', revertKey: null, decision: { action: 'notify' } }])
    expect(stage.cards()).toHaveLength(1)
    expect(stage.cards()[0]?.card.outcome).toContain('the mode is notify')
  })

  it('is planned anew under its key when it is right again, and opened once', async () => {
    await using stage = await withdraw({})
    const [first] = stage.reverts()
    stage.policy = { mode: 'pr' }
    await stage.advance(2 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ key: first?.key, state: 'open', outcome: null, endedAt: null }])
    expect(stage.failed()).toMatchObject([{ revertKey: first?.key }])
    expect(stage.pulls()).toMatchObject([{ state: 'open', branch: first?.branch }])
    expect(stage.cards()[0]?.card.outcome).toContain('PR #1 reverts it')
  })

  it('leaves a branch of its name alone that holds what is not its own', async () => {
    const happens: Between = { refuses: true }
    await using stage = await createRunningStage({ wrap: between(happens) })
    await fail(stage)
    const [branch = ''] = stage.branches()
    const theirs = stage.commit({ 'apps/web/note.yaml': '# mine\n' }, 'my own touch', { branch })
    stage.policy = { mode: 'notify' }
    happens.refuses = false
    await stage.advance(MINUTE)
    expect(stage.reverts()).toMatchObject([{ outcome: 'withdrawn' }])
    expect(stage.origin.git(['rev-parse', `refs/heads/${branch}`])).toBe(theirs)
  })

  it('is told of once, though a look was asking Git while it was withdrawn', async () => {
    const happens: Between = { refuses: true }
    const asks = { isHeld: false, gate: Promise.withResolvers<void>() }
    const held = (environment: Environment): Environment => {
      const { repositories } = environment
      const open = async (url: string): ReturnType<typeof repositories.open> => {
        if (asks.isHeld) {
          asks.isHeld = false
          await asks.gate.promise
        }
        return repositories.open(url)
      }
      return between(happens)({ ...environment, repositories: { open } })
    }
    await using stage = await createRunningStage({ wrap: held })
    await fail(stage)
    stage.policy = { mode: 'notify' }
    happens.refuses = false
    asks.isHeld = true
    void stage.show()
    await holds('the look asks Git', () => !asks.isHeld)
    await stage.clock.advanceTo(stage.clock.now() + MINUTE, async () => undefined)
    await holds('the revert is withdrawn', () => stage.reverts()[0]?.outcome === 'withdrawn')
    asks.gate.resolve()
    await stage.idle()
    expect(stage.cards()[0]?.thread).toEqual([expect.stringContaining('the mode is notify')])
  })

  it('takes no place of the limits', async () => {
    const happens: Between = {}
    const limits = { openPerRollout: 1, openPerRepository: 1, openedPerHour: 1 }
    await using stage = await createRunningStage({ policy: { limits }, wrap: between(happens) })
    let next: string | undefined
    happens.look = () => {
      if (stage.reverts().length > 0) next ??= stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    }
    await fail(stage)
    await stage.advance(MINUTE)
    expect(stage.reverts()).toMatchObject([{ outcome: 'withdrawn' }])
    stage.app.sync(next ?? '')
    stage.web.canary('v3')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('is not planned and withdrawn in a circle where the two looks never agree', async () => {
    const happens: Between = {}
    await using stage = await createRunningStage({ wrap: between(happens) })
    happens.look = () => {
      if (stage.reverts().some((revert) => revert.state === 'planned')) stage.policy = { mode: 'notify' }
    }
    await fail(stage)
    for (let second = 0; second < 60; second += 1) {
      stage.policy = { mode: 'pr' }
      await stage.pushed()
      await stage.advance(1_000)
    }
    const planned = await count(stage, 'revert-planned', 'revert-shared')
    expect(planned).toBeGreaterThan(1)
    expect(planned).toBeLessThan(6)
    expect(stage.pulls()).toEqual([])
  })
})

it('a revert of two Rollouts that waits for the forge is opened for the one that still needs it', async () => {
  const happens: Between = {}
  await using stage = await createRunningStage({ wrap: between(happens) })
  const worker = stage.addRollout({ name: 'worker' })
  stage.app.change({ rollouts: [stage.web, worker] })
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web', 'worker') }, 'worker v1'))
  worker.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  happens.refuses = true
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2', 'web', 'worker') }, 'web and worker v2'))
  for (const rollout of [stage.web, worker]) rollout.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  for (const rollout of [stage.web, worker]) rollout.abort()
  await stage.show()
  await stage.advance(5_000)
  expect(stage.reverts()).toMatchObject([{ state: 'planned', releases: [expect.any(String), expect.any(String)] }])
  // Whichever of them is asked first, it is not this one's end that counts.
  const first = stage.failed().find((release) => release.key === stage.reverts()[0]?.releases[0])
  const [made, still] = first?.rollout === 'web' ? [stage.web, worker] : [worker, stage.web]
  made.healthy('v2')
  await stage.show()
  happens.refuses = false
  await stage.advance(10 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining(`shop/${still.name}`) }])
  expect(await count(stage, 'revert-withdrawn')).toBe(0)
})

it('a view that goes blind between the decision and the push gives nothing up: it is tried again, and opened when Kedge sees', async () => {
  const happens: Between = {}
  await using stage = await createRunningStage({ wrap: between(happens) })
  happens.look = () => {
    if (stage.reverts().length > 0) void stage.blind(true)
  }
  await fail(stage)
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'planned', outcome: null }])
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
  happens.look = undefined
  await stage.blind(false)
  await stage.advance(2 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(await count(stage, 'revert-planned', 'revert-shared')).toBe(1)
})
