import type { Effect, EffectAction } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { closingComment } from '../../domain/revert/steps.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { tellReleases } from '../tell/tell-releases.ts'
import { traceRelease } from '../trace/trace-release.ts'
import type { Delivered } from './delivery.ts'
import { openRevert } from './open-revert.ts'

/** Carries out one effect, whatever an earlier try has already done. @throws KedgeError E_GIT_*, E_FORGE_*, E_NOTIFIER_* */
export function createEffects(environment: Environment): (effect: Effect) => Promise<Delivered> {
  const { ledger, clock, forges, repositories } = environment

  async function perform(effect: Effect): Promise<Delivered> {
    const { action } = effect
    if (action.type === 'publish-card') return publish(effect, action)
    if (action.type === 'trace-release') return traceRelease(environment, action.releaseKey)
    const revert = ledger.read('revert', action.revertKey)
    if (!revert) throw new KedgeError('E_INTERNAL', `effect ${effect.key} names a revert that the ledger does not have`)
    switch (action.type) {
      case 'open-revert':
        return openRevert(environment, revert)
      case 'close-revert':
        return close(revert)
      case 'delete-branch':
        return { state: 'done', event: 'branch-deleted', receipt: { result: await deleteBranch(revert) } }
    }
  }

  async function publish(effect: Effect, action: Extract<EffectAction, { type: 'publish-card' }>): Promise<Delivered> {
    if (!environment.notifier) return { state: 'abandoned', event: 'effect-without-channel' }
    const known = ledger.read('card', action.releaseKey)
    const ref = await environment.notifier.publish({
      channel: action.channel,
      card: action.card,
      ref: known?.ref ?? undefined,
      lookFirst: effect.attempts > 0,
      thread: action.thread,
    })
    const entries = (): readonly LedgerEntry[] => {
      const card = ledger.read('card', action.releaseKey)
      return ref && card && !card.ref ? [{ kind: 'card', key: action.releaseKey, event: 'card-published', document: { ...card, ref } }] : []
    }
    return { state: 'done', event: 'card-published', receipt: { channel: ref?.channel ?? '', timestamp: ref?.timestamp ?? '' }, entries }
  }

  /** Our last word on a PR that has become pointless. A branch that somebody else has pushed to is left to people. */
  async function close(revert: Revert): Promise<Delivered> {
    const outcome = revert.outcome ?? 'gone'
    const end = (mended: Partial<Revert>) => (): readonly LedgerEntry[] => {
      const current = ledger.read('revert', revert.key) ?? revert
      const document: Revert = { ...current, state: 'ended', endedAt: clock.now(), ...mended }
      return [{ kind: 'revert', key: revert.key, event: 'revert-ended', document }, ...tellReleases(environment, document)]
    }
    if (!revert.pullRequest) return { state: 'done', event: 'revert-closed', entries: end({ outcome: 'withdrawn' }) }
    const forge = forges.forRepository(revert.repoURL)
    const { number } = revert.pullRequest
    const pullRequest = await forge.get(number)
    if (pullRequest.state === 'merged') return { state: 'done', event: 'revert-closed', entries: end({ outcome: 'merged' }) }
    const touched = revert.touchedByOthers || pullRequest.headSha !== revert.commit
    if (pullRequest.state === 'open') {
      await forge.comment(number, `<!-- kedge:v1 closing=${revert.key} -->`, closingComment(outcome, touched))
      if (!touched) await forge.close(number)
    }
    if (!touched) await deleteBranch(revert)
    return { state: 'done', event: 'revert-closed', receipt: { number, outcome }, entries: end({ touchedByOthers: touched }) }
  }

  async function deleteBranch(revert: Revert): Promise<string> {
    if (revert.commit === null || !environment.allowsRepository(revert.repoURL)) return 'left'
    const repository = await repositories.open(revert.repoURL)
    return repository.deleteBranch(revert.branch, revert.commit)
  }

  return perform
}
