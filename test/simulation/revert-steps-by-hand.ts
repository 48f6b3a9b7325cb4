import { expect } from 'vitest'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'
import { fail, newerCommit, settle, undoAndHeal, type Play } from './transition-stories.ts'

// Steps of a revert while people work by hand, at the cluster or on the branch.

export async function standsForTheNextTry(play: Play): Promise<void> {
  await play(createRunningStage(), async (stage) => {
    await fail(stage)
    await undoAndHeal(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()[0]?.releases).toHaveLength(2)
    await stage.abort()
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }, { outcome: 'superseded' }])
  })
}

export async function staysForSomethingByHand(play: Play): Promise<void> {
  await play(createRunningStage(), async (stage) => {
    await fail(stage)
    stage.web.healthy('by-hand')
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    await settle(stage)
    expect(stage.failed()).toMatchObject([{ outcome: 'open', serving: 'undone', instead: { images: ['registry.example/web:by-hand'] } }])
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    newerCommit(stage)
    await stage.pushed()
    await settle(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
}

export async function closesForTheNextTry(play: Play): Promise<void> {
  await play(createRunningStage(), async (stage) => {
    await fail(stage)
    await undoAndHeal(stage)
    stage.web.healthy('v2')
    await settle(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'promoted' }])
  })
}

export async function isOpenedAgain(play: Play, tag: string, outcome: string): Promise<void> {
  await play(createRunningStage(), async (stage) => {
    await fail(stage)
    const head = stage.origin.git(['rev-parse', 'refs/heads/main'])
    stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`)
    await stage.pushed()
    await settle(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome }])
    stage.origin.git(['update-ref', 'refs/heads/main', head])
    await stage.pushed()
    await settle(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }, { state: 'open', body: expect.stringContaining('Follows #1, which Kedge') }])
    expect(stage.reverts()).toMatchObject([{ state: 'open', pullRequest: { number: 2 }, formerPullRequests: [1] }])
    stage.forges.closeByHuman(REPO, 2)
    await stage.pushed()
    await settle(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'declined' }])
    expect(stage.pulls()).toHaveLength(2)
  })
}
