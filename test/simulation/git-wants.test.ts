import { describe, expect, it } from 'vitest'
import { boardRow, createSecondVersion } from './git-side.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const GRACE_MS = 20_000

/** `kubectl argo rollouts undo`, or `kubectl set image`: the cluster is told something else, and Argo CD sees it. */
async function tellByHand(stage: RunningStage, tag: string): Promise<void> {
  stage.web.healthy(tag)
  await stage.show()
  stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
  await stage.show()
  await stage.advance(GRACE_MS)
}

describe('a healthy version that somebody undid', () => {
  it('is undone, and Git wants what was synced', async () => {
    await using stage = await createSecondVersion()
    expect(boardRow(stage).serving).toBe('in-step')
    await tellByHand(stage, 'v1')
    const row = boardRow(stage)
    expect(row).toMatchObject({
      serving: 'undone',
      gitWants: { images: ['registry.example/web:v2'] },
      clusterRuns: { images: ['registry.example/web:v1'] },
    })
    expect(row.gitWants.revision).toBe(stage.second)
    expect(row.clusterRuns.revision).toBe(stage.good)
    expect(row.reason).toContain('was changed by hand')
  })

  it('is undone by an image that no commit has, and nobody says which commit runs', async () => {
    await using stage = await createSecondVersion()
    await tellByHand(stage, 'by-hand')
    expect(boardRow(stage)).toMatchObject({
      serving: 'undone',
      gitWants: { images: ['registry.example/web:v2'], revision: stage.second },
      clusterRuns: { images: ['registry.example/web:by-hand'], revision: null },
    })
  })

  it('is undone by a sync of an older revision', async () => {
    await using stage = await createSecondVersion()
    stage.app.sync(stage.good)
    stage.app.compare(stage.second)
    await tellByHand(stage, 'v1')
    const row = boardRow(stage)
    expect(row).toMatchObject({ serving: 'undone', gitWants: { images: ['registry.example/web:v2'], revision: stage.second } })
    expect(row.reason).toContain('go back to an older revision')
  })

  it('is no news for as long as a normal sync takes', async () => {
    await using stage = await createSecondVersion()
    stage.web.healthy('v1')
    stage.app.change({ drifted: true })
    await stage.show()
    await stage.advance(10_000)
    expect(boardRow(stage).serving).toBe('in-step')
    stage.web.healthy('v2')
    stage.app.change({ drifted: false })
    await stage.show()
    await stage.advance(60_000)
    expect(boardRow(stage).serving).toBe('in-step')
  })

  it('is seen by a Kedge that starts afterwards, by the ReplicaSets alone', async () => {
    await using stage = await createSecondVersion({ renderer: 'none' })
    await tellByHand(stage, 'v1')
    await stage.restart({ loseLedger: true })
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', gitWants: { images: ['registry.example/web:v2'], revision: stage.second } })
  })
})

describe('a healthy version that somebody undid, and people', () => {
  it('are told, nothing is opened, and the card follows when it is back', async () => {
    await using stage = await createSecondVersion()
    await tellByHand(stage, 'v1')
    const card = () => stage.cards().at(-1)?.card
    expect(stage.cards()).toHaveLength(1)
    expect(card()).toMatchObject({ tone: 'bad', title: 'shop/web: web:v2 was undone by hand; Git still asks for it' })
    expect(card()?.outcome).toContain('kedge adopt')
    await stage.advance(10 * 60_000)
    expect([stage.pulls(), stage.branches(), stage.cards().length]).toEqual([[], [], 1])
    stage.web.healthy('v2')
    stage.app.change({ drifted: false, syncStatus: 'Synced' })
    await stage.show()
    await stage.advance(60_000)
    expect(card()?.title).toBe('shop/web: web:v2 is back, as Git asks')
    expect(boardRow(stage).serving).toBe('in-step')
    expect(stage.failed()).toMatchObject([{ cause: 'undone', outcome: 'promoted' }])
  })

  it.each(['directory', 'none'] as const)('get a PR once one of them adopts it (renderer: %s)', async (renderer) => {
    await using stage = await createSecondVersion({ renderer })
    await tellByHand(stage, 'v1')
    const row = boardRow(stage)
    expect(row).toMatchObject({ cause: 'undone', pullRequest: null })
    const [release] = stage.failed()
    expect(await stage.controller.adopt(release?.key ?? '', 'ana')).toBe('adopted')
    expect(await stage.controller.adopt(release?.key ?? '', 'ana')).toBe('not-needed')
    await stage.advance(10_000)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('was undone by hand') }])
    expect(stage.reverts()).toMatchObject([{ culprits: [{ sha: stage.second }], goodRevision: stage.good }])
    const merged = stage.merge(1)
    stage.app.sync(merged)
    await stage.show()
    await stage.advance(60_000)
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
    expect(boardRow(stage).serving).toBe('in-step')
  })

  it('get no PR for what no commit has made, and are told why', async () => {
    await using stage = await createSecondVersion()
    await tellByHand(stage, 'by-hand')
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')
    await stage.advance(10_000)
    expect(stage.pulls()).toEqual([])
    expect(stage.cards().at(-1)?.card.outcome).toMatch(/^No revert PR/)
  })

  it('are told nothing by a Kedge that starts afterwards, and may adopt it', async () => {
    await using stage = await createSecondVersion()
    await tellByHand(stage, 'v1')
    await stage.restart({ loseLedger: true })
    await stage.advance(60_000)
    expect(stage.failed()).toMatchObject([{ cause: 'undone', preExisting: true }])
    expect(stage.cards()).toHaveLength(1)
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')
    await stage.advance(10_000)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('are not told of one that failed a second time: its PR is open', async () => {
    await using stage = await createSecondVersion()
    await stage.release('v3')
    await stage.abort()
    await tellByHand(stage, 'v2')
    expect(stage.failed()).toMatchObject([{ cause: 'analysis-failed', outcome: 'open', serving: 'undone' }])
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', gitWants: { images: ['registry.example/web:v3'] } })
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })
})

describe('a Rollout that differs from Git in something else than its template', () => {
  it.each(['directory', 'none'] as const)('is in step (renderer: %s)', async (renderer) => {
    await using stage = await createSecondVersion({ renderer })
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync' })
    await stage.show()
    await stage.advance(60_000)
    expect(boardRow(stage).serving).toBe('in-step')
  })

  it('is in step when only another team has pushed, by what is rendered', async () => {
    await using stage = await createSecondVersion()
    const others = stage.commit({ 'other/readme': 'y\n' }, 'not ours')
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync', compared: [others] })
    await stage.show()
    await stage.advance(60_000)
    expect(boardRow(stage).serving).toBe('in-step')
  })
})

describe('a commit that is not synced', () => {
  it.each(['directory', 'none'] as const)('is waited for (renderer: %s)', async (renderer) => {
    await using stage = await createSecondVersion({ renderer })
    const third = stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync', compared: [third] })
    await stage.show()
    await stage.advance(10_000)
    expect(boardRow(stage).serving).toBe('in-step')
    await stage.advance(10_000)
    expect(boardRow(stage)).toMatchObject({
      serving: 'waiting-for-sync',
      gitWants: { revision: third, revisionBy: 'compared', images: [] },
      clusterRuns: { revision: stage.second, images: ['registry.example/web:v2'] },
    })
  })

  it('is not waited for while its sync runs', async () => {
    await using stage = await createSecondVersion()
    const third = stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    stage.app.begin(third)
    stage.app.change({ drifted: true })
    await stage.show()
    await stage.advance(60_000)
    expect(boardRow(stage).serving).toBe('in-step')
  })
})

describe('what Git wants during a release', () => {
  it('is on the card what Argo CD synced, where the repository may not be read', async () => {
    await using stage = await createRunningStage({ allows: () => false, policy: { mode: 'notify' } })
    const second = await stage.release('v2')
    await stage.abort()
    expect(stage.cards()[0]?.card.fields.slice(0, 2)).toEqual([
      { label: 'Git wants', value: `web:v2 (${second.slice(0, 7)} as Argo CD synced)` },
      { label: 'Cluster runs', value: `web:v1 (${stage.good.slice(0, 7)} as Argo CD synced)` },
    ])
  })

  it.each([true, false])('is never the commit of the version before (repository allowed: %s)', async (allowed) => {
    await using stage = await createRunningStage({ allows: () => allowed, policy: { mode: 'observe' } })
    stage.web.canary('v2')
    await stage.show()
    expect(boardRow(stage).gitWants).toMatchObject({ images: ['registry.example/web:v2'], revision: null, revisionBy: null })
    const second = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    stage.app.sync(second)
    await stage.show()
    await stage.advance(5_000)
    const row = boardRow(stage)
    expect(row.gitWants).toMatchObject({ images: ['registry.example/web:v2'], revision: second, revisionBy: 'synced' })
    expect(row.clusterRuns).toMatchObject({ images: ['registry.example/web:v1'], revision: stage.good, revisionBy: 'synced' })
    await stage.abort()
    expect(boardRow(stage).gitWants).toMatchObject({ revision: second, revisionBy: allowed ? 'git' : 'synced' })
  })
})
