import { describe, expect, it } from 'vitest'
import { templateKey } from '../../src/domain/release/keys.ts'
import { boardRow, card, RENDERERS } from './git-side.ts'
import { hashOf } from './objects.ts'
import { createReferringStage, MINUTE, REFERRED_FILE, referring } from './referring.ts'

type Stage = Awaited<ReturnType<typeof createReferringStage>>

/** `kubectl set image deploy/web-template`, or `rollout undo`: Argo CD finds the Deployment changed, and the Rollout as Git asks. */
async function toldByHand(stage: Stage, tag: string): Promise<void> {
  stage.web.healthy(tag)
  await stage.show()
  stage.app.change({ driftedDeployments: ['web-template'], syncStatus: 'OutOfSync', autoSync: false })
  await stage.show()
  await stage.advance(20_000)
}

describe.each(RENDERERS)('a Rollout that takes its template from a Deployment (renderer: %s)', (renderer) => {
  it.each(['v1', 'by-hand'])('is undone once somebody has changed the Deployment to %s', async (tag) => {
    await using stage = await createReferringStage({ renderer })
    const second = await stage.serves('v2')
    expect(boardRow(stage).serving).toBe('in-step')
    await toldByHand(stage, tag)
    const row = boardRow(stage)
    expect(row).toMatchObject({
      serving: 'undone',
      gitWants: { images: ['registry.example/web:v2'], revision: second },
      clusterRuns: { images: [`registry.example/web:${tag}`] },
    })
    expect(row.reason).toContain('the Deployment web-template was changed by hand')
    expect(card(stage)).toMatchObject({ title: 'web:v2 was undone by hand; Git still asks for it' })
    expect(stage.pulls()).toEqual([])
  })

  it('is undone at a start without a ledger, too', async () => {
    await using stage = await createReferringStage({ renderer })
    await stage.serves('v2')
    await toldByHand(stage, 'v1')
    await stage.restart({ loseLedger: true })
    expect(boardRow(stage).serving).toBe('undone')
  })

  it('is in step where only the replicas of the Deployment differ', async () => {
    await using stage = await createReferringStage({ renderer })
    await stage.serves('v2')
    stage.app.change({ driftedDeployments: ['web-template'], syncStatus: 'OutOfSync' })
    await stage.show()
    await stage.advance(MINUTE)
    expect(boardRow(stage).serving).toBe('in-step')
  })

  it('is in step where another Deployment differs', async () => {
    await using stage = await createReferringStage({ renderer })
    stage.app.change({ deployments: ['web-template', 'other'] })
    await stage.serves('v2')
    stage.web.healthy('v1')
    stage.app.change({ driftedDeployments: ['other'], syncStatus: 'OutOfSync' })
    await stage.show()
    await stage.advance(MINUTE)
    expect(boardRow(stage).serving).toBe('in-step')
  })

  it('waits for the sync of a commit that was compared', async () => {
    await using stage = await createReferringStage({ renderer })
    await stage.serves('v2')
    const third = stage.commit({ [REFERRED_FILE]: referring('v3') }, 'web v3')
    stage.app.change({ driftedDeployments: ['web-template'], syncStatus: 'OutOfSync', autoSync: false, compared: [third] })
    await stage.show()
    await stage.advance(20_000)
    expect(boardRow(stage)).toMatchObject({ serving: 'waiting-for-sync', gitWants: { revision: third } })
  })

  it('is not remembered as what a sync brought where somebody has changed the Deployment', async () => {
    await using stage = await createReferringStage({ renderer })
    await stage.serves('v2')
    await toldByHand(stage, 'by-hand')
    expect(stage.ledger.read('version', templateKey('prod', stage.web.uid, hashOf('by-hand')))).toMatchObject({
      applied: null,
      byHand: true,
    })
  })

  it('is not put down to a commit where somebody has changed the Deployment', async () => {
    await using stage = await createReferringStage({ renderer })
    stage.app.sync(stage.commit({ [REFERRED_FILE]: referring('v2') }, 'web v2, which the controller has not seen yet'))
    stage.app.change({ driftedDeployments: ['web-template'], syncStatus: 'OutOfSync', autoSync: false })
    stage.web.canary('v2+by-hand')
    await stage.show()
    await stage.advance(10_000)
    stage.web.abort()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()[0]?.decision?.checks.find(({ outcome }) => outcome === 'failed')?.id).toBe('P4')
  })
})
