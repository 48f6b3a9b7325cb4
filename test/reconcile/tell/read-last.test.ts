import { describe, expect, it } from 'vitest'
import type { Effect, EffectAction } from '../../../src/domain/effect.ts'
import type { PlacedCard } from '../../../src/domain/notice/placed-card.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { tell } from '../../../src/reconcile/tell/tell.ts'
import { anEffect, effectEntry } from '../../contract/ledger-documents.ts'
import { aWorld } from '../a-world.ts'
import { cardEntry, cardOf, failed, placed } from './a-card.ts'

describe('what people have read last', () => {
  const other = { ...cardOf(failed()), outcome: 'It is being tried again.' }
  const pending = (fields: Partial<Extract<EffectAction, { type: 'publish-card' }>>, attempts = 1): Effect =>
    anEffect({
      key: 'e',
      attempts,
      action: { type: 'publish-card', releaseKey: 'r', card: other, channel: '#shop', thread: undefined, ...fields },
    })

  async function after(effect: Effect, card = placed()): Promise<unknown> {
    const { environment, put } = await aWorld()
    await put(cardEntry(card), effectEntry(effect))
    const rows = tell(environment, failed(), undefined, { ...DEFAULT_POLICY, mode: 'notify', channel: '#shop' })
    return rows.find(({ kind }) => kind === 'card')?.document
  }

  it('is not sure where another word was tried, and is overtaken before anybody knows how that came out', async () => {
    expect(await after(pending({}))).toMatchObject({ said: 'Older.', unsure: true })
  })

  it.each<[string, Effect, PlacedCard]>([
    ['nothing was tried', pending({}, 0), placed()],
    ['it was the same word', pending({ card: { ...other, outcome: 'Older.' } }), placed()],
    ['another channel was told', pending({ also: true, channel: '#ops' }), placed()],
    ['nothing was read there yet', pending({}), { releaseKey: 'r', channel: '#shop', ref: null, contentHash: 'h' }],
  ])('is known where %s', async (_, effect, card) => {
    expect(await after(effect, card)).not.toHaveProperty('unsure')
  })
})
