import { describe, expect, it } from 'vitest'
import { boardRow, card, commit, createSecondVersion, drift, RENDERERS, type Stage } from './git-side.ts'
import { createRunningStage } from './stage.ts'

/** Somebody tells the cluster to run a version, which is there at once; Argo CD sees it a moment later. */
async function tellByHand(stage: Stage, tag: string): Promise<void> {
  stage.web.healthy(tag)
  await stage.show()
  await drift(stage, stage.second)
}

describe.each(RENDERERS)('what was undone by hand, and then told something else by hand (renderer: %s)', (renderer) => {
  it('is still what Git asks for: no newer release took its place, and it can be adopted', async () => {
    await using stage = await createSecondVersion({ renderer })
    await tellByHand(stage, 'hand-a')
    await tellByHand(stage, 'hand-b')
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', cause: 'undone', clusterRuns: { images: ['registry.example/web:hand-b'] } })
    expect(stage.cards()).toHaveLength(1)
    expect(card(stage).title).toBe('web:v2 was undone by hand; Git still asks for it')
    expect(stage.cards()[0]?.card.fields).toContainEqual({ label: 'Cluster runs', value: 'web:hand-b' })
    expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')).toBe('adopted')
  })

  it('is over once Git asks for something newer and that is synced', async () => {
    await using stage = await createSecondVersion({ renderer })
    await tellByHand(stage, 'hand-a')
    stage.app.change({ drifted: false, syncStatus: 'Synced' })
    await stage.release('v3')
    await stage.advance(20_000)
    expect(stage.failed()).toMatchObject([{ cause: 'undone', outcome: 'superseded' }])
  })

  it('that is adopted is told to be able to come back, and not to fail again', async () => {
    await using stage = await createSecondVersion({ renderer })
    await tellByHand(stage, 'v1')
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')
    await stage.advance(20_000)
    expect(card(stage).outcome).toBe(
      'PR #1 reverts it, with proof. Look at it and merge it: until then a sync can bring the version that was undone back.',
    )
  })
})

describe.each(RENDERERS)('a release that failed, and a version that was told by hand after it (renderer: %s)', (renderer) => {
  it('has one card each where that fails, too, and its PR stays open', async () => {
    await using stage = await createSecondVersion({ renderer })
    const third = await stage.release('v3')
    await stage.abort()
    await stage.advance(20_000)
    stage.web.canary('hand')
    await drift(stage, third)
    stage.web.abort()
    await stage.show()
    await stage.advance(60_000)
    const titles = stage.cards().map((told) => told.card.title)
    expect(titles).toEqual([
      'shop/web: web:v3 failed; the cluster went back, Git did not',
      'shop/web: web:hand was brought by hand and failed; the cluster went back',
    ])
    expect(card(stage).wants).toBe(`web:v3 (${third.slice(0, 7)} as Argo CD synced)`)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('says what runs where that is not the version before', async () => {
    await using stage = await createSecondVersion({ renderer })
    const third = await stage.release('v3')
    await stage.abort()
    await stage.advance(20_000)
    stage.web.healthy('v1')
    await stage.show()
    await drift(stage, third)
    expect(card(stage).title).toBe('web:v3 failed; another version runs by hand, Git still asks for the failed one')
    expect(stage.cards()[0]?.card.fields).toContainEqual({ label: 'Cluster runs', value: 'web:v1' })
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', gitWants: { images: ['registry.example/web:v3'] } })
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(60_000)
    expect(card(stage).title).toBe('web:v3 failed; the version before is back by hand, Git still asks for the failed one')
  })
})

describe.each(RENDERERS)('a Rollout that is out of sync for good, as something else sets its replicas (renderer: %s)', (renderer) => {
  it("is in step when another team's commit was compared, or synced and taken back", async () => {
    await using stage = await createSecondVersion({ renderer })
    const others = stage.commit({ 'other/readme': 'y\n' }, 'not ours')
    await drift(stage, others)
    expect(boardRow(stage).serving).toBe('in-step')
    stage.app.sync(others)
    await drift(stage, others)
    stage.app.sync(stage.second)
    await drift(stage, others)
    expect(boardRow(stage).serving).toBe('in-step')
    expect(stage.cards()).toEqual([])
  })

  it('is not said to be undone where a commit of its own has brought a former version back', async () => {
    await using stage = await createRunningStage({ renderer })
    await drift(stage, stage.good)
    for (const tag of ['v2', 'v1']) {
      const next = commit(stage, tag)
      stage.app.sync(next)
      stage.app.change({ drifted: true, syncStatus: 'OutOfSync', autoSync: false })
      stage.web.canary(tag)
      await stage.show()
      await stage.advance(10_000)
      stage.web.healthy(tag)
      await drift(stage, next)
    }
    expect(boardRow(stage).serving).toBe(renderer === 'none' ? 'unknown' : 'in-step')
    expect(stage.cards()).toEqual([])
  })
})
