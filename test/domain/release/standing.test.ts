import { describe, expect, it } from 'vitest'
import { standingOf, stateBeside } from '../../../src/domain/release/standing.ts'
import type { HeldWish, WishState } from '../../../src/domain/release/wish.ts'
import type { Serving, ServingState } from '../../../src/domain/rollout/serving.ts'

const servingAs = (state: ServingState): Serving => ({
  state,
  reason: 'It serves.',
  failure: undefined,
  current: { podTemplateHash: 'told', rolloutRevision: 2 },
})
const held = (state: WishState): HeldWish => ({ state, revisions: ['c'], podTemplateHash: 'told', since: 1, wasThere: false })
const stand = (state: ServingState, wish?: WishState, undoneSince?: number) =>
  standingOf({ serving: servingAs(state), wish: wish && held(wish), undoneSince })

describe('how a Rollout stands', () => {
  it.each<[ServingState, WishState, ServingState]>([
    ['in-step', 'met', 'in-step'],
    ['in-step', 'undone', 'undone'],
    ['in-step', 'waiting-for-sync', 'waiting-for-sync'],
    ['in-step', 'unknown', 'unknown'],
    ['split', 'met', 'split'],
    ['split', 'undone', 'undone'],
    ['split', 'waiting-for-sync', 'waiting-for-sync'],
    ['split', 'unknown', 'split'],
    ['rolling', 'undone', 'rolling'],
    ['aborting', 'waiting-for-sync', 'aborting'],
    ['stuck', 'unknown', 'stuck'],
  ])('%s, with a wish that is %s, is %s', (serving, wish, state) => {
    expect(stand(serving, wish).state).toBe(state)
  })

  it('says what Git asks for before who serves, and nothing of it where that is what the cluster was told', () => {
    expect(stand('split', 'waiting-for-sync').reason).toBe('Git asks for c, which Argo CD has compared and not synced. It serves.')
    expect(stand('split', 'met')).toEqual({ state: 'split', reason: 'It serves.', wish: undefined })
  })

  it('is unknown where the ledger knows it as undone and nobody says what Git asks for since', () => {
    expect(stand('in-step', undefined, 7)).toMatchObject({ state: 'unknown', wish: { state: 'unknown', since: 7 } })
    expect(stand('in-step', 'met', 7).state).toBe('in-step')
  })

  it('is unknown by what the ledger knows for as long as that, of what the cluster was told, and that was not seen since', () => {
    expect(stand('in-step', undefined, 7).wish).toEqual({
      state: 'unknown',
      revisions: [],
      podTemplateHash: 'told',
      since: 7,
      wasThere: false,
    })
  })

  it.each<[string, Partial<Serving>]>([
    ['who serves is not known', { state: 'unknown' }],
    ['what it was told is not', { current: undefined }],
  ])('says nothing of Git where %s', (_, fields) => {
    const serving = { ...servingAs('split'), ...fields }
    expect(standingOf({ serving, wish: held('undone'), undoneSince: 1 })).toEqual({
      state: serving.state,
      reason: 'It serves.',
      wish: undefined,
    })
  })

  it('says nothing of Git where the cluster cannot be seen', () => {
    const serving: Serving = { ...servingAs('unknown'), current: undefined }
    expect(standingOf({ serving, wish: held('undone'), undoneSince: 1 })).toEqual({
      state: 'unknown',
      reason: 'It serves.',
      wish: undefined,
    })
  })

  it('is unknown for what was undone before, where Git is not known', () => {
    expect(stateBeside('undone', 'unknown')).toBe('unknown')
    expect(stateBeside('undone', undefined)).toBe('undone')
  })
})
