import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { manifest } from './manifest.ts'
import type { StageOptions } from './stage.ts'
import { createStormStage, openPulls, shown, storms, type StormStage } from './storm-stage.ts'

// Whatever a card of its own would say of a release is said, too, where it failed with others for one cause.

const MINUTE = 60_000

async function failed(many: number, by: 'one-commit' | 'own-commits', options: StageOptions = {}): Promise<StormStage> {
  const stage = await createStormStage(many, options)
  await stage.release('v2', by)
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
  return stage
}

it('once a person has released it, each has its own card, which says that the version before is not back', async () => {
  await using stage = await failed(3, 'own-commits')
  expect(stage.cards()).toHaveLength(1)
  await stage.letGo()
  await stage.advance(2 * MINUTE)
  expect(openPulls(stage)).toHaveLength(3)
  stage.merge(stage.pulls()[0]?.number ?? 0)
  await stage.pushed()
  await stage.advance(30 * MINUTE)
  const cards = shown(stage)
  expect(cards).toHaveLength(3)
  expect(cards.filter((text) => text.includes('the version before is not back'))).toHaveLength(1)
  expect(cards.join()).not.toContain('failed for one cause')
})

it('a revert PR that the forge refuses is told with its reason', async () => {
  const open = async (): Promise<never> => {
    throw new KedgeError('E_FORGE_REJECTED', 'commits must be signed')
  }
  await using stage = await failed(2, 'one-commit', {
    wrap: (environment) => ({
      ...environment,
      forges: { ...environment.forges, forRepository: (url) => ({ ...environment.forges.forRepository(url), open }) },
    }),
  })
  await stage.advance(20 * MINUTE)
  expect(stage.cards()).toHaveLength(1)
  expect(shown(stage)[0]).toContain('must be signed')
})

it('once a cluster is well again, what is decided on each is told, of the last as of the first', async () => {
  await using stage = await createStormStage(7)
  await stage.release('v2', 'own-commits')
  const [well, ...others] = stage.all
  await stage.abort(others, { why: { message: ': ReplicaSet "x" has timed out progressing.' } })
  await stage.advance(MINUTE)
  expect([stage.cards().length, storms(stage)]).toEqual([1, ['holding 6']])
  const last = others.at(-1)?.name ?? ''
  stage.commit({ [`apps/${last}/rollout.yaml`]: manifest('v2-fix', last) }, 'fixing forward')
  await stage.pushed()
  well?.rollout.healthy('v2')
  await stage.show()
  await stage.advance(5 * MINUTE)
  const reason = stage.failed().find(({ rollout }) => rollout === last)?.decision?.reason
  expect(reason).toMatch(/^No revert PR/)
  expect(shown(stage).join()).toContain(reason)
  expect(stage.cards()).toHaveLength(6)
})

describe('of one that is not as one would think', () => {
  it('the card says that it is not proven that the version before serves', async () => {
    await using stage = await createStormStage(3)
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all.slice(0, 2))
    await stage.abort(stage.all.slice(2), { still: 2 })
    await stage.advance(MINUTE)
    expect(stage.cards()).toHaveLength(1)
    expect(shown(stage)[0]).toMatch(/app-2 [^|]*not proven yet that the version before serves/)
    expect(stage.cards()[0]?.card.fields).toContainEqual({ label: 'Rollouts', value: '3 failed, 1 not proven to be back' })
  })

  it('and waits for a person while it is tried again, it has a card of its own', async () => {
    await using stage = await failed(4, 'own-commits')
    const [, second] = stage.all
    second?.rollout.retry()
    await stage.show()
    await stage.advance(10_000)
    second?.rollout.patch({
      status: { phase: 'Paused', pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-12-01T22:00:00Z' }] },
    })
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.cards()).toHaveLength(2)
    expect(shown(stage).find((text) => text.includes('app-1:v2 is paused'))).toContain('Promote it, or abort it')
  })
})

it('a PR that stays open though its release has ended is told of still', async () => {
  await using stage = await failed(2, 'own-commits')
  expect(openPulls(stage)).toHaveLength(2)
  for (const { rollout } of stage.all) rollout.canary('v3')
  await stage.show()
  await stage.advance(MINUTE)
  expect(openPulls(stage)).toHaveLength(2)
  const [{ card } = { card: undefined }] = stage.cards()
  expect(card?.todo).toMatch(/^Merge or close #\d/)
  expect(card?.outcome).toMatch(/app-0: PR #\d stays open/)
  expect([card?.title.includes('is over'), storms(stage)]).toEqual([false, ['gathering 2']])
})
