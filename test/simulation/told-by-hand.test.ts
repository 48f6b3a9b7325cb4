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

describe('what was undone by hand by two versions', () => {
  /** v1, v2 and v3 have been healthy, and the cluster is told to run v1 again. Between v2 and v3 something else may come. */
  async function undoTwo(stage: Stage, between?: Record<string, string>): Promise<{ other: string | undefined; third: string }> {
    const other = between && stage.commit(between, 'config')
    if (other) stage.app.sync(other)
    await stage.advance(60_000)
    const third = await stage.release('v3')
    stage.web.healthy('v3')
    await stage.show()
    await stage.advance(60_000)
    stage.web.healthy('v1')
    await stage.show()
    await drift(stage, third)
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')
    await stage.advance(20_000)
    return { other, third }
  }

  it('gets a PR that takes both back once somebody adopts it', async () => {
    await using stage = await createSecondVersion()
    const { third } = await undoTwo(stage)
    const [revert] = stage.reverts()
    expect(revert).toMatchObject({ culprits: [{ sha: stage.second }, { sha: third }], goodRevision: stage.good, state: 'open' })
    expect(stage.pulls()).toHaveLength(1)
  })

  it('gets none where a commit between them changed something else, which nobody undid', async () => {
    await using stage = await createSecondVersion()
    const config = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":{"n":"1"}}\n'
    const { other } = await undoTwo(stage, { 'apps/web/config.yaml': config })
    expect(stage.pulls()).toEqual([])
    expect(card(stage).outcome).toContain(`${other?.slice(0, 12)} “config” changed no template since: it would go back as well.`)
  })

  it('gets none where nothing renders', async () => {
    await using stage = await createSecondVersion({ renderer: 'none' })
    await undoTwo(stage)
    expect(stage.pulls()).toEqual([])
    expect(card(stage).outcome).toMatch(/^No revert PR: the commit that made the version before is not known/)
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
