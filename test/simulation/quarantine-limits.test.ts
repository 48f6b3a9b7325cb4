import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Forge } from '../../src/ports/forge.ts'
import { BOT, createReverted, newestKey, push, shown, MINUTE } from './quarantine-stage.ts'
import { forgeThat } from './transition-stories.ts'

const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')

it('a red status that waits for its forge is not written once the policy says to observe', async () => {
  let isUp = false
  const change = (forge: Forge): Partial<Forge> => ({
    setStatus: (...given) => (isUp ? forge.setStatus(...given) : Promise.reject(away)),
  })
  await using stage = await createReverted(forgeThat(change))
  await push(stage, 'v2', BOT)
  expect(stage.ledger.pendingEffects()).toHaveLength(1)
  stage.policy = { mode: 'observe' }
  isUp = true
  await stage.show()
  await stage.advance(2 * MINUTE)
  expect([shown(stage), stage.ledger.pendingEffects()]).toEqual([[], []])
})

it('a status for a host that no forge is configured for any more is left out, and not asked for again and again', async () => {
  let isThere = true
  const change = (forge: Forge): Partial<Forge> => {
    if (!isThere) throw new KedgeError('E_FORGE_UNSUPPORTED', 'no forge')
    return forge
  }
  await using stage = await createReverted(forgeThat(change))
  await push(stage, 'v2', BOT)
  isThere = false
  await stage.controller.lift({ key: newestKey(stage), by: 'ada', reason: 'r' })
  await stage.advance(MINUTE)
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it('however much is pushed, the labels of a PR that has ended are asked for no more than ten times a minute', async () => {
  let asked = 0
  const change = (forge: Forge): Partial<Forge> => ({
    get: (number) => {
      asked += 1
      return forge.get(number)
    },
  })
  await using stage = await createReverted(forgeThat(change))
  asked = 0
  for (let at = 0; at < 200; at += 1) {
    await stage.pushed()
    await stage.advance(1_000)
  }
  expect(asked).toBeGreaterThan(10)
  expect(asked).toBeLessThan(70)
})
