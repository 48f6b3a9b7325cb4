import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createExperimentStage, MINUTE } from './experiment-stage.ts'
import { manifest } from './manifest.ts'
import { createStage } from './stage.ts'

describe('who is told of an Experiment', () => {
  it('nobody where it is no Application\u2019s', async () => {
    await using stage = await createExperimentStage({}, { trackingId: undefined })
    stage.experiment.fail()
    await stage.show()
    await stage.advance(20 * MINUTE)
    expect([stage.failed(), stage.cards()]).toEqual([[], []])
  })

  it('those of the Application that lists it, where it bears no tracking id', async () => {
    await using stage = await createExperimentStage({}, { trackingId: undefined })
    stage.app.change({ experiments: ['web-ab'] })
    stage.experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ applied: { application: 'argocd/shop', revisions: [stage.asked] } }])
    expect(stage.cards()).toHaveLength(1)
  })

  it('nobody where its tracking id is another object\u2019s', async () => {
    await using stage = await createExperimentStage({}, { trackingId: 'shop:argoproj.io/Experiment:shop/other' })
    stage.experiment.fail()
    await stage.show()
    await stage.advance(20 * MINUTE)
    expect([stage.failed(), stage.cards()]).toEqual([[], []])
  })

  it('nobody in mode observe, until the mode is another one', async () => {
    await using stage = await createExperimentStage({ policy: { mode: 'observe' } })
    stage.experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    expect([stage.failed()[0]?.decision?.action, stage.cards()]).toEqual(['none', []])
    stage.policy = { mode: 'notify' }
    await stage.advance(20 * MINUTE)
    expect([stage.failed()[0]?.decision?.action, stage.cards().length]).toEqual(['notify', 1])
  })

  it('nobody of one that had failed before the first look, until a person adopts it', async () => {
    await using stage = await createStage()
    stage.addRollout().healthy('v1')
    stage.addApplication().sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
    stage.addExperiment().fail()
    await stage.start()
    await stage.advance(20 * MINUTE)
    expect([stage.failed()[0]?.preExisting, stage.cards()]).toEqual([true, []])
    expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')).toBe('adopted')
    await stage.advance(20 * MINUTE)
    expect(stage.cards()).toHaveLength(1)
  })

  it('nobody of one that had failed before the first look, though its Application lists it later', async () => {
    await using stage = await createStage()
    stage.addRollout().healthy('v1')
    const app = stage.addApplication()
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
    stage.addExperiment({ trackingId: undefined }).fail()
    await stage.clock.advanceTo(stage.clock.now() + 5 * MINUTE, async () => undefined)
    await stage.start()
    await stage.advance(MINUTE)
    app.change({ experiments: ['web-ab'] })
    await stage.show()
    await stage.advance(20 * MINUTE)
    expect([stage.failed()[0]?.preExisting, stage.cards()]).toEqual([true, []])
  })

  it('nobody of one that had failed before Kedge looked at Experiments at all', async () => {
    await using stage = await createExperimentStage()
    const ledger = createMemoryLedger({ clock: stage.clock })
    await ledger.append([{ kind: 'baseline', key: 'prod', event: 'baseline-taken', document: { cluster: 'prod', at: 1 } }])
    stage.experiment.fail()
    await stage.restart({ ledger })
    await stage.advance(20 * MINUTE)
    expect([stage.failed()[0]?.preExisting, stage.cards()]).toEqual([true, []])
  })

  it('nobody while the cluster cannot be seen; then they are', async () => {
    await using stage = await createExperimentStage()
    await stage.blind(true)
    stage.experiment.fail()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toEqual([])
    await stage.blind(false)
    await stage.advance(MINUTE)
    expect(stage.cards()).toHaveLength(1)
  })
})
