import { describe, expect, it } from 'vitest'
import { REVERT_TABLE } from '../../src/domain/revert/transitions.ts'
import type { ForgeLimit } from '../../src/ports/forge.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'
import { rowsOf } from './taken.ts'
import {
  createPair,
  createPlayer,
  down,
  fail,
  forgeThat,
  makesItAndIsUndone,
  MINUTE,
  newerCommit,
  reopen,
  settle,
  undoAndHeal,
  whenPlanned,
} from './transition-stories.ts'

const { seen, play } = createPlayer()

describe('a revert', () => {
  it.each<[string, (stage: RunningStage) => void, string, string]>([
    ['somebody closes', (stage) => stage.forges.closeByHuman(REPO, 1), 'declined', 'declined'],
    ['somebody merges', (stage) => void stage.merge(1), 'merged', 'was merged'],
    ['has become pointless', (stage) => stage.web.healthy('v2'), 'promoted', 'was closed'],
  ])('that %s has its end, and people are told', async (_, happens, outcome, words) => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      happens(stage)
      await stage.pushed()
      await settle(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome }])
      expect(stage.cards()[0]?.card.outcome).toContain(words)
    })
  })

  it('that the forge has no room for waits for its turn, which its card says, and is opened then', async () => {
    const limits: ForgeLimit[] = [{ of: 'content', withinMs: MINUTE, most: 0 }]
    await play(createRunningStage({ limits }), async (stage) => {
      await fail(stage)
      expect(stage.cards()[0]?.card).toMatchObject({ todo: 'Wait', outcome: 'A revert PR is being opened.' })
      await stage.advance(MINUTE)
      expect(stage.cards()[0]?.card).toMatchObject({ todo: 'Wait', outcome: expect.stringContaining('waits for its turn') as string })
      expect([stage.cards().length, stage.pulls(), stage.reverts()[0]?.awaitsTurn]).toEqual([1, [], true])
      limits.length = 0
      await stage.advance(5_000)
      expect(stage.cards()[0]?.card).toMatchObject({ todo: 'Merge #1' })
      expect([stage.pulls().length, stage.reverts()[0]?.awaitsTurn]).toEqual([1, undefined])
    })
  })

  it.each<[string, (stage: RunningStage) => void, string]>([
    ['merges', (stage) => void stage.merge(1), 'merged'],
    ['closes', (stage) => stage.forges.closeByHuman(REPO, 1), 'declined'],
  ])('that somebody %s before Kedge knows that its PR is open is never opened again', async (_, happens, outcome) => {
    const at: { stage?: RunningStage } = {}
    const options = forgeThat((forge) => ({
      async open(request) {
        await forge.open(request)
        if (at.stage) happens(at.stage)
        throw down
      },
    }))
    await play(createRunningStage(options), async (stage) => {
      at.stage = stage
      await fail(stage)
      await stage.advance(MINUTE)
      expect(stage.pulls()).toHaveLength(1)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome, pullRequest: { number: 1 } }])
    })
  })

  it.each<[string, (stage: RunningStage) => unknown]>([
    ['it made it after all', (stage) => stage.web.healthy('v2')],
    ['Git asks for something newer', newerCommit],
  ])('that somebody merges while Kedge cannot close it is merged, and its branch goes (%s)', async (_, happens) => {
    let isDown = true
    const options = forgeThat((forge) => ({ close: (number) => (isDown ? Promise.reject(down) : forge.close(number)) }))
    await play(createRunningStage(options), async (stage) => {
      await fail(stage)
      happens(stage)
      await settle(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'closing' }])
      const merged = stage.merge(1)
      isDown = false
      await stage.pushed()
      await stage.advance(MINUTE)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged', mergeCommit: merged }])
      expect(stage.branches()).toEqual([])
    })
  })

  it.each<[string, (stage: RunningStage) => unknown]>([
    ['it made it after all', (stage) => stage.web.healthy('v2')],
    ['Git asks for something newer', newerCommit],
  ])('that somebody closes between our comment and our close is what a person decided (%s)', async (_, happens) => {
    const at: { stage?: RunningStage } = {}
    const options = forgeThat((forge) => ({
      async close(number) {
        at.stage?.forges.closeByHuman(REPO, number)
        await forge.close(number)
      },
    }))
    await play(createRunningStage(options), async (stage) => {
      at.stage = stage
      await fail(stage)
      const head = stage.origin.git(['rev-parse', 'refs/heads/main'])
      happens(stage)
      await stage.pushed()
      await settle(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'declined' }])
      stage.origin.git(['update-ref', 'refs/heads/main', head])
      await stage.pushed()
      await settle(stage)
      expect(stage.pulls()).toHaveLength(1)
    })
  })

  it('that Kedge has closed, and died before it could record that, is closed by Kedge', async () => {
    let isDown = true
    const options = forgeThat((forge) => ({
      async close(number) {
        await forge.close(number)
        if (isDown) throw down
      },
    }))
    await play(createRunningStage(options), async (stage) => {
      await fail(stage)
      newerCommit(stage)
      await stage.pushed()
      await settle(stage)
      isDown = false
      await stage.advance(MINUTE)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'superseded' }])
      expect(stage.branches()).toEqual([])
    })
  })

  it('that is merged and does not bring N back in time is told of', async () => {
    await play(createRunningStage({ policy: { restoreDeadlineMs: 5 * MINUTE } }), async (stage) => {
      await fail(stage)
      stage.merge(1)
      await stage.pushed()
      await stage.advance(10 * MINUTE)
      expect(stage.reverts()).toMatchObject([{ outcome: 'merged', toldNotRestored: true }])
    })
  })

  it('whose branch somebody else has pushed to is marked so', async () => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      stage.commit({ 'apps/web/note.yaml': '# mine\n' }, 'my own touch', { branch: stage.branches()[0] ?? '' })
      await stage.pushed()
      expect(stage.reverts()).toMatchObject([{ state: 'open', touchedByOthers: true }])
    })
  })

  it('stands for two releases, one of which comes when it is open', async () => {
    await play(createPair(), async (stage) => {
      expect(stage.reverts()[0]?.releases).toHaveLength(2)
      expect(stage.pulls()).toHaveLength(1)
    })
  })

  it('stands for two releases, one of which comes before it could be opened', async () => {
    let isDown = true
    const options = forgeThat((forge) => ({ open: (request) => (isDown ? Promise.reject(down) : forge.open(request)) }))
    await play(createPair(options), async (stage) => {
      isDown = false
      await stage.advance(MINUTE)
      expect(stage.reverts()[0]?.releases).toHaveLength(2)
      expect(stage.pulls()).toHaveLength(1)
    })
  })

  it('that is planned when a newer commit comes is withdrawn', async () => {
    const { options, story } = whenPlanned(newerCommit)
    await play(createRunningStage(options), async (stage) => {
      await story(stage)
      expect(stage.reverts()).toMatchObject([{ outcome: 'withdrawn' }])
      expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    })
  })

  it('stays open when N is back by hand, and stands for the next try of the same release', async () => {
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
  })

  it('stays open when something else is run by hand, until Git asks for something newer', async () => {
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
  })

  it('that stands for the next try is closed for ever when that makes it', async () => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      await undoAndHeal(stage)
      stage.web.healthy('v2')
      await settle(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'promoted' }])
    })
  })

  it.each([
    ['a person takes the release back', 'v1', 'restored'],
    ['a newer release is pushed', 'v3', 'superseded'],
  ])('is opened again when %s, and that is taken off the branch', async (_, tag, outcome) => {
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
      expect(stage.pulls()).toMatchObject([
        { state: 'closed' },
        { state: 'open', body: expect.stringContaining('Follows #1, which Kedge') },
      ])
      expect(stage.reverts()).toMatchObject([{ state: 'open', pullRequest: { number: 2 }, formerPullRequests: [1] }])
      stage.forges.closeByHuman(REPO, 2)
      await stage.pushed()
      await settle(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'declined' }])
      expect(stage.pulls()).toHaveLength(2)
    })
  })

  it.each([['open'], ['merged']])('that somebody closed and reopened is followed again: it is %s by then', async (state) => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      stage.forges.closeByHuman(REPO, 1)
      await settle(stage)
      reopen(stage)
      if (state === 'merged') stage.merge(1)
      await stage.pushed()
      await settle(stage)
      expect(stage.reverts()).toMatchObject([state === 'open' ? { state, outcome: null } : { state: 'ended', outcome: 'merged' }])
      expect(stage.cards()[0]?.card.outcome).toContain(state === 'open' ? 'PR #1 reverts it' : 'PR #1 was merged')
    })
  })

  it('that somebody turns to another branch is told as that, and merged there brings nothing back', async () => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      stage.forges.retargetByHuman(REPO, 1, 'other')
      await settle(stage)
      expect(stage.cards()[0]?.card).toMatchObject({
        todo: 'Turn #1 to main, and merge it',
        outcome: expect.stringContaining('branch other'),
      })
      stage.forges.merge(REPO, 1, 'c'.repeat(40))
      await settle(stage)
      expect(stage.cards()[0]?.card.outcome).toContain('into other, and not into main')
    })
  })

  it('whose release made it is opened again where that was undone by hand, once a person adopts it', async () => {
    await play(createRunningStage(), async (stage) => {
      await makesItAndIsUndone(stage)
      expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'promoted' }])
      await stage.controller.adopt(stage.failed().find(({ state }) => state !== 'ended')?.key ?? '', 'ana')
      await settle(stage)
      expect(stage.pulls().map(({ state }) => state)).toEqual(['closed', 'open'])
    })
  })

  it('has taken every row of its table by then, and no other step', () => {
    const rows = rowsOf('revert', REVERT_TABLE)
    const taken = [...seen].filter((row) => row.startsWith('revert'))
    expect(taken.toSorted()).toEqual(rows.toSorted())
  })
})
