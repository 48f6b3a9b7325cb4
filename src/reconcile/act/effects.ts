import type { Effect, EffectAction } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import { addressed, placeIn } from '../../domain/notice/placed-card.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment } from '../environment.ts'
import { traceRelease } from '../trace/trace-release.ts'
import { closeRevert, deleteBranch } from './close-revert.ts'
import type { Delivered } from './delivered.ts'
import { openRevert } from './open-revert.ts'

/** Carries out one effect, whatever an earlier try has already done. @throws KedgeError E_GIT_*, E_FORGE_*, E_NOTIFIER_* */
export function createEffects(environment: Environment, decided: JustDecided): (effect: Effect) => Promise<Delivered> {
  const { ledger } = environment

  async function perform(effect: Effect): Promise<Delivered> {
    const { action } = effect
    if (action.type === 'publish-card') return publish(effect, action)
    if (action.type === 'trace-release') return traceRelease(environment, action.releaseKey)
    const revert = ledger.read('revert', action.revertKey)
    if (!revert) throw new KedgeError('E_INTERNAL', `effect ${effect.key} names a revert that the ledger does not have`)
    switch (action.type) {
      case 'open-revert':
        return openRevert(environment, revert, decided)
      case 'close-revert':
        return closeRevert(environment, revert)
      case 'delete-branch':
        return { state: 'done', event: 'branch-deleted', receipt: { result: await deleteBranch(environment, revert) } }
    }
  }

  async function publish(effect: Effect, action: Extract<EffectAction, { type: 'publish-card' }>): Promise<Delivered> {
    // A ledger of 0.1.0 may hold cards for no channel at all, which nothing could ever publish.
    if (!environment.channel || action.channel === '') return { state: 'abandoned', event: 'effect-without-channel' }
    const known = ledger.read('card', action.releaseKey)
    const ref = await environment.channel.publish({
      channel: action.channel,
      card: action.card,
      ref: placeIn(known, action.channel)?.ref ?? undefined,
      lookFirst: effect.attempts > 0,
      thread: action.thread,
    })
    const entries = (): readonly LedgerEntry[] => {
      const card = ledger.read('card', action.releaseKey)
      if (!ref || !card) return []
      const document = addressed(card, action.channel, ref)
      return document === card ? [] : [{ kind: 'card', key: action.releaseKey, event: 'card-published', document }]
    }
    return { state: 'done', event: 'card-published', receipt: { channel: ref?.channel ?? '', timestamp: ref?.timestamp ?? '' }, entries }
  }

  return perform
}
