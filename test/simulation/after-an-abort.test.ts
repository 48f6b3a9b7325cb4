import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { failed } from './one-failure.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000

describe('after an abort', () => {
  it('a commit that only changes the steps closes the PR; when the release fails again, one new PR reverts both commits', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    const steps = stage.commit({ 'apps/web/steps.yaml': 'steps: []\n' }, 'gentler steps')
    await stage.pushed()
    stage.app.sync(steps)
    stage.web.steps()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()[0]).toMatchObject({ state: 'closed' })
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toHaveLength(2)
    expect(stage.reverts()[0]?.culprits.map((commit) => commit.subject)).toEqual(['web v2', 'gentler steps'])
  })

  it("the same holds when another team's commit came before the abort, and the new steps run before Argo CD names their sync", async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    stage.app.sync(stage.commit({ 'apps/other/rollout.yaml': manifest('v1') }, 'another team'))
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    const steps = stage.commit({ 'apps/web/steps.yaml': 'steps: []\n' }, 'gentler steps')
    await stage.pushed()
    stage.web.steps()
    await stage.show()
    await stage.advance(100)
    stage.app.sync(steps)
    await stage.show()
    await stage.advance(MINUTE)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.pulls().map((pull) => pull.state)).toEqual(['closed', 'open'])
    expect(stage.reverts()[0]?.culprits.map((commit) => commit.subject)).toEqual(['web v2', 'gentler steps'])
  })

  it('the same holds when Kedge was away while the steps changed and the release failed again', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await stage.controller[Symbol.asyncDispose]()
    const steps = stage.commit({ 'apps/web/steps.yaml': 'steps: []\n' }, 'gentler steps')
    stage.app.sync(steps)
    stage.web.steps()
    await stage.advance(MINUTE)
    stage.web.abort()
    await stage.restart()
    await stage.advance(3 * MINUTE)
    expect(stage.pulls().map((pull) => pull.state)).toEqual(['closed', 'open'])
    expect(stage.reverts()[0]?.culprits.map((commit) => commit.subject)).toEqual(['web v2', 'gentler steps'])
  })

  it('a newer release closes the PR as superseded; if it fails too, one new PR reverts both', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    await stage.release('v3')
    await stage.advance(MINUTE)
    expect(stage.pulls()[0]).toMatchObject({ state: 'closed' })
    expect(stage.reverts()[0]).toMatchObject({ outcome: 'superseded' })
    await stage.abort()
    expect(stage.pulls().map((pull) => pull.state)).toEqual(['closed', 'open'])
    expect(stage.reverts()[0]?.culprits.map((commit) => commit.subject)).toEqual(['web v2', 'web v3'])
    expect(stage.reverts()[0]?.goodRevision).toBe(stage.good)
  })

  it('a PR that a person closes is declined for ever', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    stage.forges.closeByHuman(REPO, 1)
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(stage.cards()[0]?.card.outcome).toContain('declined')
    stage.web.retry()
    await stage.show()
    await stage.advance(MINUTE)
    await stage.abort()
    await stage.restart()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.branches()).toEqual([])
  })

  it('a branch that somebody else pushed to is left alone, and so is its PR', async () => {
    await using stage = await createRunningStage()
    await failed(stage)
    const [branch = ''] = stage.branches()
    const theirs = stage.commit({ 'apps/web/note.yaml': '# mine\n' }, 'my own touch', { branch })
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()[0]).toMatchObject({ state: 'open', headSha: theirs })
    expect(stage.pulls()[0]?.comments[0]?.text).toContain('left to people')
    expect(stage.branches()).toEqual([branch])
  })
})
