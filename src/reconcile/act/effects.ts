import { RENDERER_PATIENCE_MS } from '../../domain/decision/renderer-away.ts'
import type { Effect } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { announce, createTellRefusal } from '../announce/announce.ts'
import { showDeployment } from '../announce/show-deployment.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment } from '../environment.ts'
import { isRendererFault } from '../git-facts/question/renderings.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { markCommit } from '../quarantine/mark-commit.ts'
import { readImages } from '../trace/read-images.ts'
import { readPods } from '../trace/read-pods.ts'
import { traceRelease } from '../trace/trace-release.ts'
import { traceRevert } from '../trace/trace-revert.ts'
import { traceSource } from '../trace/trace-source.ts'
import { closeRevert, deleteBranch } from './close-revert.ts'
import { openRevert } from './open-revert.ts'
import { publishCard } from './publish.ts'

/** Carries out one effect, whatever an earlier try has already done. @throws KedgeError E_GIT_*, E_FORGE_*, E_NOTIFIER_* */
export function createEffects(environment: Environment, decided: JustDecided): (effect: Effect) => Promise<Delivered> {
  const { ledger, clock } = environment
  /** Since when (by `Clock.elapsed`) nobody has rendered a revert that is to be opened, by its key. After a start, nothing is known. */
  const away = new Map<string, number>()
  const tellRefusal = createTellRefusal(environment)

  async function open(revert: Revert, { attempts }: Effect): Promise<Delivered> {
    const isLate = clock.elapsed() - (away.get(revert.key) ?? Infinity) >= RENDERER_PATIENCE_MS
    try {
      const delivered = await openRevert(environment, revert, { decided, isLate, isFirst: attempts === 0 })
      away.delete(revert.key)
      return delivered
    } catch (error) {
      if (isRendererFault(error) && !away.has(revert.key)) away.set(revert.key, clock.elapsed())
      throw error
    }
  }

  async function perform(effect: Effect): Promise<Delivered> {
    const { action } = effect
    if (action.type === 'publish-card') return publishCard(environment, action)
    if (action.type === 'mark-commit') return markCommit(environment, action)
    if (action.type === 'trace-release') return traceRelease(environment, action.releaseKey)
    if (action.type === 'trace-source') return traceSource(environment, action.releaseKey)
    if (action.type === 'read-images') return readImages(environment, action.releaseKey, effect.attempts)
    if (action.type === 'read-pods') return readPods(environment, action.releaseKey, effect.attempts)
    if (action.type === 'show-deployment') return showDeployment(environment, action.releaseKey, tellRefusal)
    if (action.type === 'announce-release') return announce(environment, action, tellRefusal)
    const revert = ledger.read('revert', action.revertKey)
    if (!revert) throw new KedgeError('E_INTERNAL', `effect ${effect.key} names a revert that the ledger does not have`)
    switch (action.type) {
      case 'open-revert':
        return open(revert, effect)
      case 'close-revert':
        return closeRevert(environment, revert)
      case 'trace-revert':
        return traceRevert(environment, revert)
      case 'delete-branch':
        return { state: 'done', event: 'branch-deleted', receipt: { result: await deleteBranch(environment, revert) } }
    }
  }

  return perform
}
