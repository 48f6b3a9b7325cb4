import { describe, expect, it } from 'vitest'
import type { StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { StagedRollout } from './rollout.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'
import { down, forgeThat } from './transition-stories.ts'

const MINUTE = 60_000

interface Side {
  web: StagedRollout
  app: StagedApplication
}

/** A hub of Applications alone, and two clusters with a Rollout of the same namespace and name. v2 has failed in those named: one PR. */
async function createFailed(failing: readonly ('east' | 'west')[]): Promise<Stage & { east: Side; west: Side }> {
  const stage = await failedIn(failing)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  return stage
}

async function failedIn(failing: readonly ('east' | 'west')[], options: StageOptions = {}): Promise<Stage & { east: Side; west: Side }> {
  const stage = await createStage({ clusters: ['hub', 'east', 'west'], argocd: 'hub', onlyApplications: true, ...options })
  const add = (cluster: string): Side => {
    const web = stage.addRollout({ cluster, uid: `uid-${cluster}`, application: '' })
    return { web, app: stage.addApplication({ name: `shop-${cluster}`, cluster }) }
  }
  const sides = { east: add('east'), west: add('west') }
  const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1')
  for (const { web, app } of Object.values(sides)) {
    app.sync(good)
    web.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  for (const { web, app } of Object.values(sides)) {
    app.sync(bad)
    web.canary('v2')
  }
  await stage.show()
  await stage.advance(10_000)
  for (const side of failing) sides[side].web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return Object.assign(stage, sides)
}

async function restart(stage: Stage): Promise<void> {
  await stage.restart()
  await stage.advance(MINUTE)
}

describe.each([
  { how: 'has left the configuration', renamed: undefined },
  { how: 'is called otherwise in the configuration', renamed: 'west-2' },
])('a cluster with an open PR that $how', ({ renamed }) => {
  it('is told of at the start, and its PR is left to people', async () => {
    await using stage = await createFailed(['west'])
    stage.leave('west', renamed)
    await restart(stage)
    expect(stage.warnings()).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('a cluster has left the configuration'),
        fields: { cluster: 'west', pullRequests: [stage.pulls()[0]?.url] },
      }),
    )
    await stage.advance(60 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
  })

  it.each(['merged', 'declined'] as const)(
    'has the PR that a person has %s ended, told and counted no more, and its branch deleted',
    async (end) => {
      await using stage = await createFailed(['west'])
      stage.leave('west', renamed)
      await restart(stage)
      if (end === 'merged') stage.merge(1)
      else stage.forges.closeByHuman('https://git.example/shop/gitops.git', 1)
      await stage.advance(MINUTE)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: end }])
      expect([stage.branches(), stage.ledger.reverts({ open: true })]).toEqual([[], []])
      expect(JSON.stringify(stage.cards())).toContain(end === 'merged' ? 'merged' : 'closed')
    },
  )

  it('hears of the end of its PR by the webhook of the forge at once', async () => {
    await using stage = await createFailed(['west'])
    stage.leave('west', renamed)
    await restart(stage)
    stage.merge(1)
    await stage.pushed()
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged' }])
  })

  it('has a revert that was planned, and could not be opened before, taken back: its branch goes, and no PR comes', async () => {
    let isDown = true
    const forge = forgeThat((own) => ({ open: (request) => (isDown ? Promise.reject(down) : own.open(request)) }))
    await using stage = await failedIn(['west'], forge)
    expect(stage.reverts()).toMatchObject([{ state: 'planned', pullRequest: null }])
    expect(stage.branches()).toHaveLength(1)
    stage.leave('west', renamed)
    isDown = false
    await restart(stage)
    await stage.advance(60 * MINUTE)
    expect([stage.pulls(), stage.branches(), stage.ledger.pendingEffects()]).toEqual([[], [], []])
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'withdrawn' }])
  })

  it('has no second PR, whatever fails elsewhere', async () => {
    await using stage = await createFailed(['west'])
    stage.leave('west', renamed)
    await restart(stage)
    stage.east.web.abort()
    stage.west.web.retry()
    await stage.show()
    await stage.advance(MINUTE)
    stage.west.web.abort()
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()).toHaveLength(1)
    // One that is watched needs it: it is followed like any other.
    expect(stage.pulls()[0]?.body).toContain('(cluster `east`)')
  })
})

it('a PR that stands for a cluster that has left and one that is watched is not closed for the one alone', async () => {
  await using stage = await createFailed(['east', 'west'])
  stage.leave('west')
  await restart(stage)
  stage.east.web.healthy('v2')
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  stage.merge(1)
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged' }])
})
