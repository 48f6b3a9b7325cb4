import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { QUARANTINE_TABLE } from '../../src/domain/quarantine/transitions.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { BOT, createReverted, mergeRevert, MINUTE, newestKey, push, shown, standings } from './quarantine-stage.ts'
import { createRunningStage, type StageOptions } from './stage.ts'
import { createStormStage } from './storm-stage.ts'
import { rowsOf } from './taken.ts'
import { createPlayer } from './transition-stories.ts'

const { seen, play } = createPlayer()
const SHORT = { policy: { quarantineMs: 60 * MINUTE } }

describe('a quarantine', () => {
  it('begins anew when its version fails again, under the same key', async () => {
    await play(createReverted(), async (stage) => {
      const [first] = stage.ledger.quarantines({})
      await stage.advance(60 * MINUTE)
      await stage.release('v2+fast', 'again', BOT)
      await stage.abort()
      const [again, ...others] = stage.ledger.quarantines({})
      expect(others).toEqual([])
      expect(again).toMatchObject({ key: first?.key, since: first?.since, templates: [expect.anything(), expect.anything()] })
      expect(again?.until).toBeGreaterThan((first?.until ?? 0) + 59 * MINUTE)
    })
  })

  it('stands before Git can be asked, and learns its commit once it can', async () => {
    let isDown = true
    const options: StageOptions = {
      wrap: (environment) => ({
        ...environment,
        repositories: {
          open: (url) => (isDown ? Promise.reject(new KedgeError('E_GIT_UNREACHABLE', 'no answer')) : environment.repositories.open(url)),
        },
      }),
    }
    await play(createRunningStage(options), async (stage) => {
      const culprit = await stage.release('v2')
      await stage.abort()
      expect(stage.ledger.quarantines({})).toMatchObject([{ state: 'standing', culprit: null }])
      isDown = false
      await stage.advance(2 * MINUTE)
      expect(stage.ledger.quarantines({})).toMatchObject([{ state: 'standing', culprit }])
    })
  })

  it('lets an image go that serves healthy with another one: that one was innocent', async () => {
    await play(createReverted(), async (stage) => {
      await stage.release('v3&p2')
      await stage.abort()
      expect(standings(stage)[0]).toBe('registry.example/web:v3 registry.example/proxy:p2 standing')
      await mergeRevert(stage)
      await stage.release('v4&p2')
      stage.web.healthy('v4&p2')
      await stage.show()
      await stage.advance(MINUTE)
      expect(standings(stage)[0]).toBe('registry.example/web:v3 standing')
    })
  })

  it('is of the template where the images stayed as they were', async () => {
    await play(createRunningStage(), async (stage) => {
      await stage.release('v1+fast')
      await stage.abort()
      await mergeRevert(stage)
      const red = await push(stage, 'v1+fast', BOT)
      // Something else in the same file leaves it as it is.
      stage.commit({ 'apps/web/rollout.yaml': `# mine\n${manifest('v1+fast')}` }, 'a comment')
      await stage.pushed()
      expect(shown(stage)).toEqual([[red, 'failure']])
      const green = await push(stage, 'v1+slow')
      expect(shown(stage)).toEqual([
        [red, 'failure'],
        [green, 'success'],
      ])
    })
  })

  it('keeps in mind that the forge takes no status, until it takes one', async () => {
    await play(createReverted(), async (stage) => {
      stage.forges.refuseStatuses(REPO, 'no right to')
      await push(stage, 'v2', BOT)
      expect(stage.ledger.quarantines({})).toMatchObject([{ unsaid: 'no right to' }])
      stage.forges.refuseStatuses(REPO, undefined)
      const green = await push(stage, 'v3')
      expect(shown(stage)).toEqual([[green, 'success']])
      expect(stage.ledger.quarantines({})[0]).not.toHaveProperty('unsaid')
    })
  })

  it('that a person lifted, or whose days are over, begins again with the next failure, and not before', async () => {
    await play(createReverted(SHORT), async (stage) => {
      await stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'try again' })
      expect(await stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'twice' })).toBe('not-needed')
      await stage.advance(10 * MINUTE)
      expect(standings(stage)).toEqual(['registry.example/web:v2 lifted'])
      await stage.release('v2', 'again')
      await stage.abort()
      expect(standings(stage)).toEqual(['registry.example/web:v2 standing'])
      await mergeRevert(stage)
      await stage.advance(61 * MINUTE)
      expect(standings(stage)).toEqual(['registry.example/web:v2 expired'])
    })
  })

  it('is over when the release makes it after all', async () => {
    await play(createRunningStage(), async (stage) => {
      await stage.release('v2')
      await stage.abort()
      stage.web.retry()
      await stage.show()
      stage.web.healthy('v2')
      await stage.show()
      await stage.advance(MINUTE)
      expect(standings(stage)).toEqual(['registry.example/web:v2 proven'])
    })
  })

  it('is cleared once many fail for one cause, which is hardly the version; what a person lets go is in it again', async () => {
    await play(createStormStage(3), async (stage) => {
      await stage.release('v2', 'own-commits')
      await stage.abort(stage.all.slice(0, 2), {}, 5_000)
      expect(stage.ledger.quarantines({ standing: true })).toHaveLength(2)
      await stage.abort(stage.all.slice(2))
      await stage.advance(MINUTE)
      expect(stage.ledger.quarantines({ standing: true })).toEqual([])
      await stage.letGo()
      await stage.advance(MINUTE)
      expect(stage.ledger.quarantines({ standing: true })).toHaveLength(3)
    })
  })

  it('has taken every row of its table by then, and no other step', () => {
    const taken = [...seen].filter((row) => row.startsWith('quarantine'))
    expect(taken.toSorted()).toEqual([...rowsOf('quarantine', QUARANTINE_TABLE)].toSorted())
  })
})
