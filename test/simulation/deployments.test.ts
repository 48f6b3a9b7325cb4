import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import { REPO } from './application.ts'
import { restore } from './one-failure.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'
import { forgeThat, MINUTE, retry, settle } from './transition-stories.ts'

const SHOWN: Partial<Policy> = { announce: ['deployment'] }

const create = (options: StageOptions = {}): Promise<RunningStage> =>
  createRunningStage({ ...options, policy: { ...SHOWN, ...options.policy } })

const deployments = (stage: RunningStage) => stage.forges.deployments(REPO)
const states = (stage: RunningStage) => deployments(stage).map(({ said }) => said.map(({ state }) => state))
const words = (stage: RunningStage) => deployments(stage).flatMap(({ said }) => said.map(({ description }) => description))
const effects = async (stage: RunningStage) =>
  (await stage.records()).filter(({ kind, key }) => kind === 'effect' && key.startsWith('deployment|')).map(({ event }) => event)

async function fails(stage: RunningStage): Promise<string> {
  const bad = await stage.release('v2')
  await stage.advance(5_000)
  await stage.abort()
  await stage.advance(MINUTE)
  return bad
}

describe('a release is shown as one deployment of the commit that brought it', () => {
  it('in progress, failed, and restored once it was taken back', async () => {
    await using stage = await create()
    const bad = await fails(stage)
    expect(deployments(stage)).toMatchObject([{ commit: bad, branch: 'main', environment: 'prod/shop/web' }])
    expect(states(stage)).toEqual([['in-progress', 'failed']])
    await restore(stage, 1)
    expect(states(stage)).toEqual([['in-progress', 'failed', 'restored']])
    expect(words(stage)).toEqual([
      'shop/web moves to web:v2',
      'shop/web failed at 25 %: success-rate 0.42 < 0.95 (1/1)',
      'shop/web was restored by #1; it failed at 25 %: success-rate 0.42 < 0.95 (1/1)',
    ])
    expect(stage.releases()[0]?.deployment).toEqual({ repoURL: REPO, commit: bad, environment: 'prod/shop/web', number: 1 })
  })

  it('and promoted where it makes it at the first try', async () => {
    await using stage = await create()
    await stage.release('v2')
    await stage.advance(MINUTE)
    stage.web.healthy('v2')
    await settle(stage)
    expect([states(stage), words(stage)]).toEqual([[['in-progress', 'promoted']], ['shop/web moves to web:v2', 'shop/web runs web:v2']])
  })

  it('in progress again while it is tried again, and promoted once that very version made it', async () => {
    await using stage = await create()
    await fails(stage)
    await retry(stage)
    await stage.advance(MINUTE)
    stage.web.healthy('v2')
    await settle(stage)
    expect(states(stage)).toEqual([['in-progress', 'failed', 'in-progress', 'promoted']])
  })

  it('and each release has one of its own; one that a newer one takes the place of is left', async () => {
    await using stage = await create()
    await stage.release('v2')
    await stage.advance(MINUTE)
    await stage.release('v3')
    await stage.advance(MINUTE)
    stage.web.healthy('v3')
    await settle(stage)
    expect(states(stage)).toEqual([
      ['in-progress', 'left'],
      ['in-progress', 'promoted'],
    ])
  })

  it('in an environment whose name the policy says', async () => {
    await using stage = await create({ policy: { deploymentEnvironment: 'live/{rollout} in {namespace}' } })
    await stage.release('v2')
    await stage.advance(MINUTE)
    expect(deployments(stage)).toMatchObject([{ environment: 'live/web in shop' }])
  })

  it('and nothing of it is repeated when the look is, Kedge begins again, or the ledger was lost', async () => {
    await using stage = await create()
    await fails(stage)
    const records = await effects(stage)
    for (let again = 0; again < 2; again += 1) {
      await stage.restart()
      await stage.pushed()
      await stage.advance(10 * MINUTE)
    }
    expect(await effects(stage)).toEqual(records)
    await stage.restart({ loseLedger: true })
    await stage.advance(10 * MINUTE)
    expect(states(stage)).toEqual([['in-progress', 'failed']])
  })
})

describe('no deployment is made', () => {
  it.each<[string, StageOptions]>([
    ['where nothing is said: it is asked for', { policy: { announce: ['status', 'comment'] } }],
    ['of a Rollout that only observes', { policy: { mode: 'observe' } }],
    ['of a repository that is not allowed', { allows: () => false }],
    ['of a Rollout that is muted', { policy: { mutedUntil: Date.parse('2027-01-01T00:00:00Z') } }],
  ])('%s', async (_, options) => {
    await using stage = await create(options)
    await fails(stage)
    expect(deployments(stage)).toEqual([])
    expect(stage.ledger.pendingEffects()).toEqual([])
  })

  it('once the policy says so, also of what waits to be shown', async () => {
    let isUp = false
    const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')
    await using stage = await create(
      forgeThat((forge) => ({ deploy: (...given) => (isUp ? forge.deploy(...given) : Promise.reject(away)) })),
    )
    await stage.release('v2')
    await stage.advance(MINUTE)
    stage.policy = { announce: [] }
    isUp = true
    await stage.show()
    await stage.advance(10 * MINUTE)
    expect([deployments(stage), stage.ledger.pendingEffects()]).toEqual([[], []])
  })

  it('where the forge refuses: that is told once, and costs neither the revert nor the card', async () => {
    await using stage = await create()
    stage.forges.refuseStatuses(REPO, 'Resource not accessible by integration')
    await fails(stage)
    await restore(stage, 1)
    const warnings = stage.warnings().filter(({ message }) => message.includes('the forge does not take'))
    expect(warnings).toMatchObject([{ fields: { error: 'E_ANNOUNCE_REFUSED: Resource not accessible by integration', way: 'deployment' } }])
    expect([deployments(stage), stage.pulls()[0]?.state, stage.cards().length]).toEqual([[], 'merged', 1])
    expect(stage.ledger.pendingEffects()).toEqual([])
  })
})
