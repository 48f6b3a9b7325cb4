import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../src/api/words.ts'
import { boardRow, cannotCompare, card, commit, createSecondVersion, drift, RENDERERS } from './git-side.ts'

describe.each(RENDERERS)('what was told by hand and failed (renderer: %s)', (renderer) => {
  it.each(['by-hand', 'v1'])('is told as that, and not as what Git asks for: %s', async (tag) => {
    await using stage = await createSecondVersion({ renderer })
    stage.web.canary(tag)
    await drift(stage, stage.second)
    stage.web.abort()
    await stage.show()
    await stage.advance(30_000)
    const row = boardRow(stage)
    expect(row).toMatchObject({ serving: 'undone', gitWants: { revision: stage.second }, clusterRuns: { revision: stage.second } })
    expect(row.reason).toContain(`Git asks for ${stage.second.slice(0, 12)}`)
    expect(row.reason).toContain('changed by hand')
    expect(verdictOf(row)).toMatchObject({ words: 'Undone: told by hand, what Git asks for serves', relation: '=' })
    expect(card(stage)).toMatchObject({
      title: `web:${tag} was brought by hand and failed; the cluster went back`,
      wants: `web:v2 (${stage.second.slice(0, 7)} as Argo CD synced)`,
      outcome: expect.stringMatching(/^No revert PR: what failed was made by hand: .* A sync brings what Git asks for by now\.$/),
      todo: 'Sync it',
    })
    expect(stage.pulls()).toEqual([])
  })
})

describe.each(RENDERERS)('a release that failed, of which Git asks for something newer (renderer: %s)', (renderer) => {
  it.each(['v2', 'v4'])('waits for a sync of %s', async (next) => {
    await using stage = await createSecondVersion({ renderer })
    await stage.release('v3')
    await stage.abort()
    expect(card(stage).title).toBe('web:v3 failed; the cluster went back, Git did not')
    const newer = commit(stage, next)
    await drift(stage, newer)
    expect(boardRow(stage)).toMatchObject({
      serving: 'waiting-for-sync',
      gitWants: { revision: newer, revisionBy: 'compared', images: [] },
    })
    expect(card(stage)).toMatchObject({
      title: 'web:v3 failed; the cluster went back, Git has moved on and waits for a sync',
      wants: `${newer.slice(0, 7)} as Argo CD compared`,
      todo: 'Sync it',
    })
  })

  it('waits for a sync of its merged revert', async () => {
    await using stage = await createSecondVersion({ renderer })
    await stage.release('v3')
    await stage.abort()
    await stage.advance(20_000)
    await drift(stage, stage.merge(1))
    expect(boardRow(stage).serving).toBe('waiting-for-sync')
    expect(card(stage)).toMatchObject({ title: expect.stringContaining('Git has moved on and waits for a sync'), todo: 'Sync it' })
  })
})

describe.each(RENDERERS)('what was undone by hand (renderer: %s)', (renderer) => {
  it('is no longer what Git asks for once something newer was compared', async () => {
    await using stage = await createSecondVersion({ renderer })
    stage.web.healthy('v1')
    await drift(stage, stage.second)
    expect(card(stage)).toMatchObject({ title: 'web:v2 was undone by hand; Git still asks for it', todo: 'Sync it, or adopt it' })
    const third = commit(stage, 'v3')
    await drift(stage, third)
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', gitWants: { revision: third, revisionBy: 'compared', images: [] } })
    expect(card(stage)).toMatchObject({
      title: 'web:v2 was undone by hand; Git asks for something else by now',
      wants: `${third.slice(0, 7)} as Argo CD compared`,
      todo: 'Sync it',
    })
    expect(card(stage).outcome).not.toContain('it comes back')
  })

  it('is not in step while Argo CD cannot compare: what Git asks for is not known', async () => {
    await using stage = await createSecondVersion({ renderer })
    stage.web.healthy('v1')
    await drift(stage, stage.second)
    await cannotCompare(stage)
    expect(boardRow(stage)).toMatchObject({ serving: 'unknown', gitWants: { podTemplateHash: null, revision: null, images: [] } })
    expect(card(stage)).toMatchObject({
      title: 'web:v2 was undone by hand; what Git asks for now is not known',
      wants: 'not known: Argo CD cannot compare it',
      todo: 'Look at Argo CD',
    })
  })

  it('is known at once after a restart', async () => {
    await using stage = await createSecondVersion({ renderer })
    stage.web.healthy('v1')
    await drift(stage, stage.second)
    await stage.restart()
    expect(boardRow(stage).serving).toBe('undone')
  })
})

describe('what was undone by hand', () => {
  it('is what Git still asks for where a newer commit renders it, too', async () => {
    await using stage = await createSecondVersion()
    stage.web.healthy('v1')
    await drift(stage, stage.commit({ 'other/readme': 'y\n' }, 'not ours'))
    expect(boardRow(stage)).toMatchObject({ serving: 'undone', gitWants: { revision: stage.second, images: ['registry.example/web:v2'] } })
    expect(card(stage).title).toBe('web:v2 was undone by hand; Git still asks for it')
  })
})

describe('a version that serves, where Argo CD cannot compare', () => {
  it('is unknown once that has lasted, and in step when it is compared again', async () => {
    await using stage = await createSecondVersion()
    stage.app.change({ syncStatus: 'Unknown' })
    await stage.show()
    await stage.advance(10_000)
    expect(boardRow(stage).serving).toBe('in-step')
    await stage.advance(10_000)
    expect(boardRow(stage)).toMatchObject({ serving: 'unknown', reason: expect.stringContaining('Argo CD cannot compare it') })
    stage.app.change({ syncStatus: 'Synced' })
    await stage.show()
    expect(boardRow(stage)).toMatchObject({ serving: 'in-step', gitWants: { revision: stage.second } })
  })
})

describe('a Split, where Argo CD cannot compare', () => {
  it('does not say what Git did', async () => {
    await using stage = await createSecondVersion()
    await stage.release('v3')
    await stage.abort()
    await cannotCompare(stage)
    const row = boardRow(stage)
    expect(row).toMatchObject({ serving: 'split', gitWants: { revision: null, images: [] } })
    expect(verdictOf(row)).toMatchObject({ words: 'Split: the cluster went back, Git is not known', relation: '?' })
    expect(card(stage)).toMatchObject({ title: 'web:v3 failed; the cluster went back, what Git asks for is not known' })
  })
})
