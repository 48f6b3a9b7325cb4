import { describe, expect, it } from 'vitest'
import { LIFT_LABEL } from '../../src/domain/quarantine/quarantine.ts'
import { REPO } from './application.ts'
import { RENDERERS } from './git-side.ts'
import { manifest } from './manifest.ts'
import { BOT, createReverted, mergeRevert, MINUTE, newestKey, propose, push, shown, standings } from './quarantine-stage.ts'
import { createRunningStage } from './stage.ts'

describe('a version that failed', () => {
  it('is in quarantine with what N+1 changed, why, and by which commit; nothing is said of the commit that failed', async () => {
    await using stage = await createRunningStage()
    const culprit = await stage.release('v2')
    await stage.abort()
    expect(stage.ledger.quarantines({})).toMatchObject([
      { images: ['registry.example/web:v2'], culprit, state: 'standing', cause: 'analysis-failed', paths: ['apps/web/rollout.yaml'] },
    ])
    expect(stage.cards()[0]?.card.fields.find(({ label }) => label === 'Quarantine')?.value).toBe(`until 2026-12-15 (${newestKey(stage)})`)
    expect(stage.pulls()[0]?.body).toContain(`kedge quarantine lift ${newestKey(stage)}`)
    expect(shown(stage)).toEqual([])
  })

  it.each(['v2', 'v2+fast'])('gets a red status where a bot pushes it again (as %s), and no second PR; people are told so', async (tag) => {
    await using stage = await createReverted()
    const again = await stage.release(tag, `build: update web to ${tag}`, BOT)
    expect(shown(stage)).toEqual([[again, 'failure']])
    await stage.abort()
    await stage.advance(10 * MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards().at(-1)?.card.outcome).toMatch(/pushed it again.*is in quarantine until 2026-12-15 \([0-9a-f]{12}\)/)
    expect(stage.forges.statuses(REPO)).toHaveLength(1)
    expect(stage.forges.statuses(REPO)[0]).toMatchObject({
      description: expect.stringMatching(/^web:v2 failed here \(the analysis failed: success-rate .*\): in quarantine [0-9a-f]{12} until/),
      url: stage.pulls()[0]?.url,
    })
    const out = await push(stage, 'v3')
    expect(shown(stage)).toEqual([
      [again, 'failure'],
      [out, 'success'],
    ])
  })

  it('gets a red status in an open PR that brings it back, and the PR a green one once it does no more', async () => {
    await using stage = await createReverted()
    const red = await propose(stage, 'v2', 'again')
    expect(shown(stage)).toEqual([[red, 'failure']])
    expect(stage.ledger.quarantines({})).toMatchObject([{ marks: [{ commit: red, pullRequest: 2, brings: true }] }])
    const green = await propose(stage, 'v3', 'again')
    expect(shown(stage)).toEqual([
      [red, 'failure'],
      [green, 'success'],
    ])
    await stage.pushed()
    await stage.advance(10 * MINUTE)
    expect(stage.forges.statuses(REPO)).toHaveLength(2)
  })

  it('is no matter of what does not bring it back: another version, other files, a draft, a PR from before it failed', async () => {
    await using stage = await createRunningStage()
    stage.commit({ 'docs/readme': 'x\n' }, 'docs', { branch: 'before' })
    await stage.forges.openByHuman(REPO, { branch: 'before', base: 'main', title: 'docs', body: '', author: 'ada' })
    await stage.release('v2')
    await stage.abort()
    // On top of what failed, which was never gone.
    stage.commit({ 'other/readme': 'y\n' }, 'docs')
    await stage.pushed()
    await mergeRevert(stage)
    await propose(stage, 'v3', 'next')
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'again', { branch: 'draft' })
    await stage.forges.openByHuman(REPO, { branch: 'draft', base: 'main', title: 'again', body: '', author: 'ada', draft: true })
    stage.commit({ 'apps/worker/rollout.yaml': manifest('v2', 'worker') }, 'worker v2')
    await stage.pushed()
    await stage.advance(10 * MINUTE)
    expect(shown(stage)).toEqual([])
  })

  it('turns green with the commit that takes it out of the branch again', async () => {
    await using stage = await createReverted()
    const red = await push(stage, 'v2', BOT)
    const green = await push(stage, 'v3')
    await stage.advance(5 * MINUTE)
    expect(shown(stage)).toEqual([
      [red, 'failure'],
      [green, 'success'],
    ])
  })

  it.each(RENDERERS)('is told by its lines, from another one of the same tag (renderer: %s)', async (renderer) => {
    await using stage = await createReverted({ renderer })
    const both = (web: string, worker: string): string => [manifest(web), manifest(worker, 'worker')].join('\n---\n')
    stage.commit({ 'apps/web/rollout.yaml': both('v1', 'v1') }, 'worker')
    const innocent = stage.commit({ 'apps/web/rollout.yaml': both('v1', 'v2') }, 'worker v2')
    await stage.pushed()
    expect([shown(stage), innocent]).toEqual([[], innocent])
    const red = stage.commit({ 'apps/web/rollout.yaml': both('v2', 'v2') }, 'web v2', BOT)
    await stage.pushed()
    const green = stage.commit({ 'apps/web/rollout.yaml': both('v1', 'v2') }, 'out')
    await stage.pushed()
    expect(shown(stage)).toEqual([
      [red, 'failure'],
      [green, 'success'],
    ])
  })

  it('is read on from where a branch that was pushed by force has left its history', async () => {
    await using stage = await createReverted()
    stage.origin.git(['update-ref', 'refs/heads/main', stage.good])
    const red = await push(stage, 'v2', BOT)
    expect(shown(stage)).toEqual([[red, 'failure']])
  })

  it('is found without any word of the Git host, before long', async () => {
    await using stage = await createReverted()
    const red = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'again', BOT)
    expect(shown(stage)).toEqual([])
    await stage.advance(3 * MINUTE)
    expect(shown(stage)).toEqual([[red, 'failure']])
  })

  it.each<[string, string, (stage: Awaited<ReturnType<typeof createReverted>>) => Promise<unknown>]>([
    [
      'a person lifts it',
      'lifted',
      (stage) => stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'the limit was wrong' }).then(() => stage.idle()),
    ],
    [
      'a person puts the label on its revert PR',
      'lifted',
      async (stage) => {
        stage.forges.label(REPO, 1, LIFT_LABEL)
        await stage.pushed()
      },
    ],
    ['its days are over', 'expired', (stage) => stage.advance(61 * MINUTE)],
    [
      'it serves healthy after all',
      'proven',
      async (stage) => {
        stage.app.sync(stage.origin.git(['rev-parse', 'refs/heads/main']))
        stage.web.healthy('v2')
        await stage.show()
        await stage.advance(MINUTE)
      },
    ],
  ])('turns green when %s', async (_, outcome, happens) => {
    await using stage = await createReverted({ policy: { quarantineMs: 60 * MINUTE } })
    const red = await push(stage, 'v2', BOT)
    await propose(stage, 'v2', 'again')
    expect(shown(stage).map(([, state]) => state)).toContain('failure')
    await happens(stage)
    expect(standings(stage)).toEqual([`registry.example/web:v2 ${outcome}`])
    expect(shown(stage)).toEqual([[red, 'success']])
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(shown(stage)).toEqual([[red, 'success']])
  })

  it('is told of once where the account may write no statuses, and keeps nothing else from being done', async () => {
    await using stage = await createReverted()
    stage.forges.refuseStatuses(REPO, 'Resource not accessible by integration')
    await stage.release('v2', 'again', BOT)
    await stage.abort()
    await push(stage, 'v3')
    await push(stage, 'v2', BOT)
    expect(shown(stage)).toEqual([])
    expect(stage.warnings().filter(({ message }) => message.includes('takes no commit status'))).toHaveLength(1)
    expect(stage.ledger.quarantines({})).toMatchObject([{ unsaid: 'Resource not accessible by integration' }])
    expect(stage.ledger.pendingEffects()).toEqual([])
    await stage.release('v4')
    await stage.abort()
    expect(stage.pulls()).toHaveLength(2)
  })

  it.each([
    ['a person aborted it', { why: 'human' as never }],
    ['its analysis could not measure', { why: 'error' as const }],
  ])('is in no quarantine where %s', async (_, why) => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort(why)
    expect(stage.ledger.quarantines({})).toEqual([])
  })

  it.each([{ mode: 'notify' as const }, { mode: 'observe' as const }])(
    'is listed in mode $mode, and nothing is said outside',
    async (policy) => {
      await using stage = await createRunningStage({ policy })
      await stage.release('v2')
      await stage.abort()
      await push(stage, 'v1')
      await push(stage, 'v2', BOT)
      expect([standings(stage), shown(stage)]).toEqual([['registry.example/web:v2 standing'], []])
    },
  )

  it('is in none where the policy says 0 days', async () => {
    await using stage = await createReverted({ policy: { quarantineMs: 0 } })
    await push(stage, 'v2', BOT)
    expect([standings(stage), shown(stage)]).toEqual([[], []])
  })
})
