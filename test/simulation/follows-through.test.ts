import { describe, expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const outcome = (stage: RunningStage, card = 0): string | undefined => stage.cards()[card]?.card.outcome

async function failed(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
}

describe('a merge', () => {
  it("that does not bring N back in time is told once, with what Argo CD's words mean", async () => {
    await using stage = await createRunningStage({ policy: { restoreDeadlineMs: 5 * MINUTE } })
    await failed(stage)
    const merged = stage.merge(1)
    await stage.pushed()
    expect(outcome(stage)).toContain('Waiting for Argo CD')
    stage.app.compare(merged)
    stage.app.change({
      syncStatus: 'OutOfSync',
      health: 'Degraded',
      conditions: [{ type: 'SyncError', message: 'another operation is already in progress' }],
    })
    await stage.show()
    await stage.advance(20 * MINUTE)
    expect(outcome(stage)).toMatch(
      /merged, but the version before is not back.*OutOfSync\/Degraded.*Another operation of the Application goes on/,
    )
    expect(stage.cards()[0]?.thread.filter((line) => line.includes('not back'))).toHaveLength(1)
    stage.app.change({ conditions: [] })
    stage.app.sync(merged)
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(MINUTE)
    expect(outcome(stage)).toBe('PR #1 was merged, and the version before is back.')
    expect(stage.pulls()).toHaveLength(1)
  })

  it('that a failed newer release overtakes ends as superseded; nobody waits for N, and the revert is not reverted', async () => {
    await using stage = await createRunningStage({ policy: { restoreDeadlineMs: 5 * MINUTE } })
    await failed(stage)
    stage.merge(1)
    await stage.pushed()
    await stage.release('v3')
    await stage.abort()
    await stage.advance(20 * MINUTE)
    expect(stage.cards()[0]?.card.outcome).not.toContain('not back')
    expect(stage.failed()[1]).toMatchObject({ outcome: 'superseded' })
    expect(stage.pulls()).toHaveLength(1)
    expect(outcome(stage, 1)).toContain('is itself a revert')
  })
})

describe('N in the cluster', () => {
  it('by an undo by hand is no restore: Git still asks for N+1', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.failed()[0]).toMatchObject({ outcome: 'open' })
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(outcome(stage)).not.toContain('is back')
  })

  it("by an undo by hand is no restore either when other teams' commits were synced since", async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    await stage.show()
    await stage.advance(MINUTE)
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.failed()[0]).toMatchObject({ outcome: 'open' })
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(outcome(stage)).not.toContain('N is back')
  })

  it('while Argo CD cannot compare is no restore of what nobody knows the sync of', async () => {
    await using stage = await createRunningStage()
    await stage.advance(20 * MINUTE)
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    stage.web.canary('by-hand')
    await stage.show()
    await stage.advance(5_000)
    await stage.abort()
    stage.app.change({ syncStatus: 'Unknown' })
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ applied: null, outcome: 'open' }])
    stage.app.change({ drifted: false, syncStatus: 'Synced' })
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
  })

  it('by an undo by hand before anything was opened gets a notice and no PR', async () => {
    await using stage = await createRunningStage({ policy: { mode: 'notify' } })
    await failed(stage)
    stage.web.healthy('v1')
    await stage.show()
    stage.policy = { mode: 'pr' }
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(outcome(stage)).toContain('somebody may have changed it by hand')
  })

  it('by a revert that a person made closes our PR as restored', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    const theirs = stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'back to v1')
    await stage.pushed()
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    stage.app.sync(theirs)
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.reverts()[0]).toMatchObject({ outcome: 'restored' })
    expect(stage.failed()[0]).toMatchObject({ outcome: 'restored' })
  })
})

describe('a Rollout', () => {
  it('that is deleted ends its release as gone and closes the PR', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.remove(stage.web)
    await stage.idle()
    await stage.advance(MINUTE)
    expect(stage.failed()[0]).toMatchObject({ outcome: 'gone' })
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(outcome(stage)).toContain('the Rollout is gone')
  })

  it('that is deleted has its last word where its card is, though it has no policy any more', async () => {
    await using stage = await createRunningStage({ policy: { channel: '#deploys' } })
    await failed(stage)
    stage.remove(stage.web)
    await stage.idle()
    await stage.advance(MINUTE)
    const asked = (await stage.records())
      .map((record) => record.document as { action?: { type: string; channel?: string } })
      .filter(({ action }) => action?.type === 'publish-card')
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked.map(({ action }) => action?.channel))).toEqual(new Set(['#deploys']))
  })

  it('that is made again under its name begins a story of its own', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.remove(stage.web)
    const again = stage.addRollout({ uid: 'uid-again' })
    again.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ uid: 'uid-web', outcome: 'gone' }])
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})
