import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { RolloutSnapshot } from '../../src/domain/rollout/snapshots.ts'
import { createRunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

type Reads<T> = (namespace: string, name: string) => Promise<T | undefined>
/** A live read that shows something else than there is, or nothing, for as long as the two differ. */
type Showing = <T>(read: Reads<T>, other: Partial<T> | 'gone') => Reads<T>

/** What there is of a revert while a live read differs from the watch, and how many PRs once the two agree. */
async function heldBack(wrap: (showing: Showing) => NonNullable<StageOptions['wrap']>) {
  let differs = true
  let reads = 0
  const showing: Showing = (read, other) => async (namespace, name) => {
    reads += 1
    const live = await read(namespace, name)
    if (!differs || !live) return live
    return other === 'gone' ? undefined : { ...live, ...other }
  }
  await using stage = await createRunningStage({ wrap: wrap(showing) })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const meanwhile = [...stage.reverts(), ...stage.pulls(), ...stage.branches()]
  differs = false
  await stage.show()
  await stage.advance(MINUTE)
  return { isRead: reads > 0, meanwhile, pulls: stage.pulls().length }
}

const HELD_BACK = { isRead: true, meanwhile: [], pulls: 1 }

describe('the live read', () => {
  it.each<[string, Partial<RolloutSnapshot> | 'gone']>([
    ['another version that serves', { stableRS: 'feedface00' }],
    ['a later abort', { abortedAt: '2026-12-01T23:59:59Z' }],
    ['no abort', { abort: false }],
    ['another template', { currentPodHash: 'feedface00' }],
    ['a spec that the controller has not seen', { observed: false }],
    ['another object of that name', { uid: 'uid-again' }],
    ['no such Rollout', 'gone'],
  ])('that shows what the watch does not (%s) holds the revert back until they agree', async (_, other) => {
    const held = await heldBack((showing) => (environment) => ({
      ...environment,
      views: environment.views.map((view) => ({ ...view, reread: showing((...of) => view.reread(...of), other) })),
    }))
    expect(held).toEqual(HELD_BACK)
  })

  it.each<[string, Partial<ApplicationSnapshot> | 'gone']>([
    ['another uid', { uid: 'uid-again' }],
    ['other sources', { sources: [] }],
    ['a setting of Kedge', { settings: { mode: 'notify' } }],
    ['no such Application', 'gone'],
  ])('that shows of the Application what the watch does not (%s) holds the revert back until they agree', async (_, other) => {
    const shown = other === 'gone' ? other : { resourceVersion: 'later', ...other }
    const held = await heldBack((showing) => ({ applications, ...environment }) => ({
      ...environment,
      applications: { ...applications, rereadApplication: showing((...of) => applications.rereadApplication(...of), shown) },
    }))
    expect(held).toEqual(HELD_BACK)
  })
})
