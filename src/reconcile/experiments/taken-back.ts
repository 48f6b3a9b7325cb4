import { asCommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { areAlike } from '../../domain/experiment/own-objects.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { Environment } from '../environment.ts'
import { onlySource } from '../git-facts/commit/choose-source.ts'
import { insistOnWhole, readOwnObjects, renderWhole } from '../git-facts/experiments/experiment-objects.ts'
import { Refusal } from '../git-facts/question/refusal.ts'
import { isInHistory } from '../git-facts/syncs/syncs-seen.ts'
import type { Look } from '../look/observe.ts'
import { revertOf } from '../look/stands-for.ts'

/** Whether the revert of an Experiment was merged into the branch that its Application reads. */
export function isMerged(revert: Revert | undefined): boolean {
  return revert?.outcome === 'merged' && revert.mergesInto === undefined
}

/**
 * Whether a sync has applied what merging the revert of an Experiment asked for: the merge, or a later commit, that renders what the revert
 * is about as it was before. (People may have pushed something else to its branch before they merged it.) The object may still be there:
 * Argo CD takes it away only where it prunes. Undefined while that is not known.
 */
async function isTakenBack(environment: Environment, look: Look, release: Release): Promise<boolean | undefined> {
  const revert = revertOf(environment, release)
  const [application, another] = look.applications
  const [newest] = look.observation.syncs
  if (!isMerged(revert) || !revert?.mergeCommit) return undefined
  if (!application || another || !newest || !isInHistory(application, newest)) return undefined
  try {
    const source = await onlySource({ application, repositories: environment.repositories })
    const now = source && asCommitSha(newest.revisions[source.index])
    if (!source || !now) return undefined
    const repository = await environment.repositories.open(source.repoURL)
    const { revision, goodRevision: good } = release
    // What was synced may be newer than what was fetched.
    if (!revision || !good || !(await repository.has(now))) return undefined
    if (!(await repository.isAncestor(revert.mergeCommit, now))) return false
    const question = { renderer: environment.renderer, application, release, source, isLate: false }
    const own = await readOwnObjects(question, { good, left: revision })
    return areAlike(own.ids, own.good, insistOnWhole(await renderWhole(question, now), 'P5').whole)
  } catch (error) {
    if (error instanceof Refusal || error instanceof KedgeError) return undefined
    throw error
  }
}

/** What is not known is asked again after this long. */
const AGAIN_MS = 30_000

/** Remembers what was asked of the newest sync: all of it is rendered for an answer. */
export interface Restored {
  /** See `isTakenBack`, of the release of a key as it is now; false, too, while that is not known. Throws nothing. */
  isTakenBack(look: Look, key: string): Promise<boolean>
}

/** See {@link Restored}. */
export function createRestored(environment: Environment): Restored {
  const { clock, ledger } = environment
  const asked = new Map<string, { newest: string; againAt: number }>()
  return {
    async isTakenBack(look, key) {
      const release = ledger.read('release', key)
      if (!release || release.state === 'ended' || !isMerged(revertOf(environment, release))) {
        asked.delete(key)
        return false
      }
      const newest = JSON.stringify(look.observation.syncs[0] ?? null)
      const last = asked.get(key)
      if (last?.newest === newest && clock.elapsed() < last.againAt) return false
      const found = await isTakenBack(environment, look, release)
      asked.set(key, { newest, againAt: found === undefined ? clock.elapsed() + AGAIN_MS : Infinity })
      return found === true
    },
  }
}
