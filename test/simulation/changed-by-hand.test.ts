import { describe, expect, it } from 'vitest'
import { templateKey } from '../../src/domain/release/keys.ts'
import { failedCheck } from './failing.ts'
import { manifest } from './manifest.ts'
import { hashOf } from './objects.ts'
import { createRunningStage, createStage } from './stage.ts'

const MINUTE = 60_000

describe('a change by hand', () => {
  it('is not put down to the sync before it', async () => {
    await using stage = await createRunningStage()
    // N has lost pods, so what is synced meanwhile is not remembered as N's.
    stage.web.patch({ status: { phase: 'Progressing', message: 'more replicas need to be updated', availableReplicas: 3 } })
    stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only'))
    await stage.show()
    await stage.advance(20 * MINUTE)
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.web.canary('v2-by-hand')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P4' })
    expect(stage.pulls()).toEqual([])
  })

  it('back to an older version that then fails is not put down to the newest sync', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    stage.web.patch({ status: { phase: 'Progressing', message: 'more replicas need to be updated', availableReplicas: 3 } })
    const config = stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only')
    stage.app.sync(config)
    await stage.show()
    await stage.advance(MINUTE)
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.web.canary('v1')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P6' })
    expect(stage.pulls()).toEqual([])
  })

  it('that was promoted is not what the last sync made', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.web.healthy('v1-mended-by-hand')
    await stage.show()
    await stage.advance(10 * MINUTE)
    await stage.release('v2')
    await stage.abort()
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P6' })
    expect(stage.pulls()).toEqual([])
  })

  it('that was promoted stays known as one when the branch moves on, until Git asks for it', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    stage.app.compare(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    await stage.show()
    await stage.advance(MINUTE)
    const remembered = (): unknown => stage.ledger.read('version', templateKey('prod', stage.web.uid, hashOf('v2')))
    expect(remembered()).toMatchObject({ byHand: true, applied: null })
    const asked = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'as it runs')
    stage.app.sync(asked)
    await stage.show()
    await stage.advance(MINUTE)
    expect(remembered()).toMatchObject({ applied: { revisions: [asked] } })
    expect(remembered()).not.toHaveProperty('byHand')
  })

  it('that was promoted long after the last sync was not made by it, though newer commits of others hide that it was by hand', async () => {
    await using stage = await createRunningStage()
    await stage.advance(20 * MINUTE)
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.app.compare(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    stage.web.healthy('v1-mended-by-hand')
    await stage.show()
    await stage.advance(MINUTE)
    await stage.release('v2')
    await stage.abort()
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P6' })
    expect(stage.pulls()).toEqual([])
  })

  it('that was there before Kedge is not what the last sync made: N is not the version that was undone', async () => {
    await using stage = await createStage()
    const web = stage.addRollout()
    const app = stage.addApplication()
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
    web.healthy('v1')
    await stage.advance(MINUTE)
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2, undone'))
    web.canary('v2')
    web.abort()
    await stage.advance(MINUTE)
    web.healthy('v1')
    app.change({ drifted: true, syncStatus: 'OutOfSync' })
    await stage.start()
    await stage.advance(MINUTE)
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3'))
    web.canary('v3')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(2_000)
    expect(failedCheck(stage)).toMatchObject({ action: 'notify', check: 'P6' })
    expect(stage.pulls()).toEqual([])
  })

  it('costs no PR once a release was promoted, though the Rollout is never quite as Git asks for', async () => {
    await using stage = await createRunningStage()
    for (const tag of ['v2', 'v3']) {
      const commit = stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`)
      stage.app.sync(commit)
      stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
      stage.web.canary(tag)
      await stage.show()
      await stage.advance(10_000)
      if (tag === 'v2') stage.web.healthy(tag)
      await stage.show()
      await stage.advance(MINUTE)
    }
    await stage.abort()
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'web v3' }] }])
  })
})
