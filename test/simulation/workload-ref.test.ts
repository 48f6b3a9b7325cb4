import { describe, expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createReferringStage, MINUTE, REFERRED_FILE as FILE, referring } from './referring.ts'
import type { StageOptions } from './stage.ts'

/** A ledger of when the images of such a Rollout were not read. */
function ofBefore(environment: Environment): Environment {
  const { ledger } = environment
  const releasesOf: typeof ledger.releasesOf = (ref, limit) =>
    ledger.releasesOf(ref, limit).map((release) => (release.state === 'ended' ? { ...release, images: [] } : release))
  return { ...environment, ledger: { ...ledger, releasesOf } }
}

describe('a Rollout that takes its template from a Deployment', () => {
  for (const [how, options] of [
    ['by rendering', {}],
    ['by files', { renderer: 'none' }],
    ['with a ledger of when they were not read', { wrap: ofBefore }],
  ] satisfies [string, StageOptions][])
    it(`is told by the images of its ReplicaSets, and one that has failed is known when a bot pushes it again: ${how}`, async () => {
      await using stage = await createReferringStage(options)
      await stage.releaseFails('v2')
      expect(stage.pulls()).toMatchObject([{ state: 'open', title: 'Revert "bump v2"' }])
      expect(stage.pulls()[0]?.body).toContain('web:v2')
      expect(stage.cards().at(-1)?.card.title).toContain('web:v2 failed')
      await stage.mergeRevert()
      await stage.releaseFails('v2+flag')
      expect(stage.pulls()).toHaveLength(1)
      expect(stage.failed()[0]?.decision?.reason).toContain('The image registry.example/web:v2 has failed here before')
    })

  it('is not put down to a commit beside what was set on the Deployment by hand', async () => {
    await using stage = await createReferringStage({ renderer: 'none' })
    stage.app.sync(stage.commit({ [FILE]: `${referring('v1')}\n` }, 'newline'))
    await stage.show()
    await stage.advance(1_000)
    stage.web.canary('by-hand')
    await stage.show()
    await stage.advance(10_000)
    stage.web.abort()
    await stage.show()
    await stage.advance(2 * MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()[0]?.decision?.reason).toContain('no file that would be restored names what N+1 runs (by-hand)')
  })
})
