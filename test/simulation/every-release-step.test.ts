import { describe, expect, it } from 'vitest'
import { RELEASE_TABLE } from '../../src/domain/release/transitions.ts'
import { createAlertStage } from './alerts-stage.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { stamp } from './objects.ts'
import { createRunningStage, createStage, type RunningStage } from './stage.ts'
import { createStormStage } from './storm-stage.ts'
import { rowsOf } from './taken.ts'
import {
  createOldFailure,
  createPlayer,
  down,
  fail,
  forgeThat,
  MINUTE,
  newerCommit,
  retry,
  settle,
  undoAndHeal,
  whenPlanned,
} from './transition-stories.ts'

const { seen, play } = createPlayer()

describe('a release', () => {
  it('fails, is reverted, and N comes back', async () => {
    const taken = await play(createRunningStage(), async (stage) => {
      const people = { number: 7, url: 'https://git.example/7', author: 'ada', approvers: ['bob'] }
      const bad = await stage.release('v2')
      stage.forges.introduce(REPO, bad, people)
      await stage.abort()
      stage.app.sync(stage.merge(1))
      await stage.pushed()
      stage.web.healthy('v1')
      await settle(stage)
      expect(stage.failed()).toMatchObject([{ outcome: 'restored', sourcePr: people }])
    })
    expect(taken.filter((row) => row.startsWith('revert'))).toEqual([
      'revert: free -(revert-planned)-> planned',
      'revert: planned -(revert-opened)-> open',
      'revert: open -(revert-merged)-> merged',
      'revert: merged -(revert-traced)-> merged',
    ])
  })

  it('makes it at the first try, and is traced then', async () => {
    const taken = await play(createRunningStage(), async (stage) => {
      await stage.release('v2')
      stage.web.healthy('v2')
      await settle(stage)
    })
    expect(taken).toContain('release: ended -(release-traced)-> ended')
  })

  it('waits for a person, and goes on', async () => {
    await play(createRunningStage(), async (stage) => {
      await stage.release('v2')
      stage.web.patch({
        status: { phase: 'Paused', pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: stamp(stage.clock.now()) }] },
      })
      await settle(stage)
      expect(stage.releases()[0]).toMatchObject({ state: 'rolling', waiting: { reason: 'InconclusiveAnalysisRun' } })
    })
  })

  it('is tried again, and the very failure that it had left shows again: no second attempt', async () => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      const abortedAt = stamp(stage.clock.now() - 2_000)
      await retry(stage)
      stage.web.abort()
      stage.web.patch({ status: { abortedAt } })
      await settle(stage)
      expect(stage.failed()).toMatchObject([{ state: 'failed', attempts: [{ abortedAt }] }])
      expect(stage.failed()[0]?.attempts).toHaveLength(1)
    })
  })

  it('is tried again and fails again while nobody looks', async () => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      await stage.blind(true)
      stage.web.retry()
      await stage.advance(MINUTE)
      stage.web.abort()
      await stage.show()
      await stage.blind(false)
      await stage.advance(MINUTE)
      expect(stage.failed()[0]?.attempts).toHaveLength(2)
    })
  })

  it('is tried again while its merged revert does not bring N back: people are told', async () => {
    await play(createRunningStage({ policy: { restoreDeadlineMs: 5 * MINUTE } }), async (stage) => {
      await fail(stage)
      stage.merge(1)
      await stage.pushed()
      await retry(stage)
      await stage.advance(10 * MINUTE)
      expect(stage.reverts()).toMatchObject([{ outcome: 'merged', toldNotRestored: true }])
      expect(stage.failed()).toMatchObject([{ state: 'rolling', decision: { action: 'notify' } }])
    })
  })

  it.each([['as it is', false] as const, ['while it is tried again', true] as const])(
    'that was broken before is adopted, %s',
    async (_, retried) => {
      await play(createOldFailure(), async (stage) => {
        if (retried) stage.web.retry()
        await stage.show()
        await stage.advance(MINUTE)
        expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')).toBe('adopted')
        await stage.idle()
        expect(stage.failed()).toMatchObject([{ preExisting: false, state: retried ? 'rolling' : 'failed' }])
      })
    },
  )

  it('that is tried again while the forge tells who brought it keeps both', async () => {
    const at: { stage?: RunningStage } = {}
    const options = forgeThat((forge) => ({
      async introducedBy(commit) {
        const { stage } = at
        const isFailed = (): boolean => stage?.failed()[0]?.state === 'failed'
        if (stage && isFailed()) {
          stage.web.retry()
          void stage.show()
          while (isFailed()) await new Promise((resolve) => setImmediate(resolve))
        }
        return forge.introducedBy(commit)
      },
    }))
    await play(createRunningStage(options), async (stage) => {
      const bad = await stage.release('v2')
      stage.forges.introduce(REPO, bad, { number: 7, url: 'https://git.example/7', author: 'ada', approvers: [] })
      at.stage = stage
      await stage.abort()
      expect(stage.failed()).toMatchObject([{ state: 'rolling', sourcePr: { number: 7 } }])
    })
  })

  it.each<[string, (stage: RunningStage) => void]>([
    ['fails for good', newerCommit],
    ['is tried again', (stage) => (stage.web.retry(), void stage.show())],
    ['makes it after all', (stage) => (stage.web.healthy('v2'), void stage.show())],
  ])('that %s before the last look at its revert is free of it', async (_, happens) => {
    const { options, story } = whenPlanned(happens)
    await play(createRunningStage(options), async (stage) => {
      await story(stage)
      expect(stage.failed()).toMatchObject([{ revertKey: null }])
    })
  })

  it('that made it is undone by hand, and comes back', async () => {
    await play(createRunningStage(), async (stage) => {
      await stage.release('v2')
      stage.web.healthy('v2')
      await settle(stage)
      await undoAndHeal(stage)
      expect(stage.failed()).toMatchObject([{ cause: 'undone', outcome: 'open' }])
      stage.web.healthy('v2')
      await settle(stage)
      expect(stage.failed()).toMatchObject([{ cause: 'undone', outcome: 'promoted' }])
    })
  })

  it('that Kedge has never seen begin is undone by hand', async () => {
    await play(createStage(), async (stage) => {
      const web = stage.addRollout()
      const app = stage.addApplication()
      for (const tag of ['v1', 'v2']) {
        app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest(tag) }, `web ${tag}`))
        web.healthy(tag)
        await stage.advance(10 * MINUTE)
      }
      await stage.start()
      await stage.advance(MINUTE)
      web.healthy('v1')
      app.change({ drifted: true, syncStatus: 'OutOfSync' })
      await stage.show()
      await stage.advance(MINUTE)
      expect(stage.failed()).toMatchObject([{ cause: 'undone', outcome: 'open', preExisting: false }])
      expect(stage.cards()).toHaveLength(1)
    })
  })

  it('keeps what the policy says of telling people as long as it or its revert is not over', async () => {
    const closing = forgeThat(() => ({ close: () => Promise.reject(down) }))
    const taken = await play(createRunningStage(closing), async (stage) => {
      for (const [step, channel] of [
        [() => stage.release('v2'), '#rolling'],
        [() => stage.abort(), '#failed'],
        [() => stage.web.healthy('v2'), '#ended'],
      ] as const) {
        await step()
        await settle(stage)
        stage.policy = { channel }
        await settle(stage)
        expect(stage.releases()[0]?.policy?.channel).toBe(channel)
      }
    })
    expect(taken.filter((row) => row.includes('release-policy'))).toHaveLength(3)
  })

  it('is told with another one that failed for the same cause', async () => {
    await play(createStormStage(2), async (stage) => {
      await stage.release('v2', 'own-commits')
      await stage.abort(stage.all)
      expect(stage.failed().map(({ storm }) => storm)).toEqual([expect.any(String), expect.any(String)])
    })
  })

  it.each([['failed', false] as const, ['tried again', true] as const])('that has %s is answered on its card', async (_, retried) => {
    await play(createRunningStage(), async (stage) => {
      await fail(stage)
      if (retried) await retry(stage)
      const [card] = stage.cards()
      const answer = { card: card?.card.key ?? '', ref: card?.ref ?? { channel: '', timestamp: '' }, by: 'ana', user: 'U1' }
      expect(await stage.controller.answer({ ...answer, says: { type: 'on-it' } }, '')).toBe('answered')
      expect(await stage.controller.answer({ ...answer, says: { type: 'snooze', minutes: 5 } }, '')).toBe('answered')
      await stage.idle()
      expect(stage.cards().map(({ card: { fields, snooze } }) => [fields.at(-2)?.value, snooze])).toEqual([['ana', 'on']])
    })
  })

  it.each(['rolling', 'failed', 'ended'] as const)('is shown as a deployment for the first time while it is %s', async (state) => {
    let isUp = false
    const slow = forgeThat((forge) => ({ deploy: (...given) => (isUp ? forge.deploy(...given) : Promise.reject(down)) }))
    await play(createRunningStage({ ...slow, policy: { announce: ['deployment'] } }), async (stage) => {
      await stage.release('v2')
      if (state === 'failed') await stage.abort()
      if (state === 'ended') stage.web.healthy('v2')
      await settle(stage)
      isUp = true
      await stage.advance(2 * MINUTE)
      expect(stage.releases()[0]).toMatchObject({ state, deployment: { environment: 'prod/shop/web' } })
    })
  })

  it('was promoted, and an alert names it soon after', async () => {
    const taken = await play(createAlertStage(), async (stage) => {
      await stage.release('v2')
      await stage.promote('v2')
      await stage.advance(MINUTE)
      await stage.fire()
      await settle(stage)
    })
    expect(taken).toContain('release: ended -(release-burned)-> failed')
  })

  it('changed flags and no template, and an alert names them soon after', async () => {
    const taken = await play(createAlertStage({ policy: { flags: ['apps/web/flags.yaml'] } }), async (stage) => {
      stage.app.sync(stage.commit({ 'apps/web/flags.yaml': '{}' }, 'flags'))
      await stage.show()
      await stage.advance(MINUTE)
      await stage.fire()
      await settle(stage)
    })
    expect(taken).toContain('release: none -(release-burned)-> failed')
  })

  it('has taken every row of its table by then, and no other step', () => {
    const rows = rowsOf('release', RELEASE_TABLE)
    const taken = [...seen].filter((row) => row.startsWith('release'))
    expect(taken.toSorted()).toEqual(rows.toSorted())
  })
})
