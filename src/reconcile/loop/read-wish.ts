import { plain, type AppliedSync } from '../../domain/application/applied.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Wish } from '../../domain/release/wish.ts'
import { replicaSetOf } from '../../domain/rollout/serving.ts'
import { matchTemplate, type LiveTemplate } from '../../domain/rollout/template.ts'
import type { GitRepositories } from '../../ports/git.ts'
import type { Renderer } from '../../ports/renderer.ts'
import { isSameForApp } from '../git-facts/commit/choose-source.ts'
import { Refusal } from '../git-facts/question/refusal.ts'
import { insistOnAnswer } from '../git-facts/question/renderings.ts'
import type { Look } from '../look/observe.ts'

/** Whom Git's wish is read with. */
export interface WishReader {
  readonly renderer: Pick<Renderer, 'render'>
  readonly repositories: GitRepositories
}

/**
 * What Git asks for, by what it renders where that can be done: a Rollout that runs the very template differs in something else, and one
 * that runs what was synced last only waits for the next sync. Only an equal template counts: something may rewrite templates on the way
 * in. Where nothing renders, by files. @throws KedgeError E_RENDERER_*, E_GIT_*: that is no answer, and is asked again
 */
export async function readWish({ renderer, repositories }: WishReader, look: Look): Promise<Wish> {
  const { wish, syncs } = look.observation
  const [application] = look.applications
  // What was compared of a hydrated Application is not the source that is rendered.
  if (!application || application.hydrator) return wish
  const live = await readTemplate(look, look.rollout?.currentPodHash)
  if (!live) return wish
  let isRendered = true
  const renders = async (revisions: readonly string[], template: LiveTemplate): Promise<boolean> => {
    const { namespace, name } = look.ref
    const rendering = insistOnAnswer(await renderer.render({ application, revisions, rollout: { namespace, name } }))
    isRendered &&= rendering.result === 'rendered'
    return rendering.result === 'rendered' && matchTemplate(rendering.rollout.template, template).result === 'equal'
  }
  const compared = application.comparedRevisions
  if (await renders(compared, live)) return { state: 'met', revisions: compared }
  if (!isRendered) return byFiles(repositories, look, application)
  const [newest] = syncs
  if (wish.by === 'hand' && newest && (await renders(newest.revisions, live)))
    return { state: 'waiting-for-sync', revisions: compared, syncedByHand: !application.autoSync }
  if (!wish.isNewer) return wish
  const undone = await readTemplate(look, wish.wanted)
  const { isNewer: _, ...unmoved } = wish
  return undone && (await renders(compared, undone)) ? unmoved : wish
}

/** Only to be surer: whatever stands in the way, Argo CD's word is there. */
async function readTemplate({ view, observation }: Look, podTemplateHash: string | undefined): Promise<LiveTemplate | undefined> {
  const set = replicaSetOf(observation.replicaSets, podTemplateHash)
  try {
    return set && (await view.template(set))
  } catch (error) {
    if (error instanceof KedgeError) return undefined
    throw error
  }
}

/** A commit that leaves all that the Application reads as it was asks for nothing new; one that does not may have brought what runs. */
async function byFiles(repositories: GitRepositories, look: Look, application: ApplicationSnapshot): Promise<Wish> {
  const { wish, syncs } = look.observation
  const { comparedRevisions: compared } = application
  const [newest] = syncs
  const isSame = (from: AppliedSync, revisions: readonly string[]): Promise<boolean> =>
    isSameForApp({ repositories, application }, plain(from), { ...plain(from), revisions })
  try {
    if (newest && wish.by !== 'hand' && (await isSame(newest, compared))) return { state: 'met', revisions: compared }
    if (!newest || !wish.sync) return wish
    const isByHand = wish.by !== 'hand' || newest === wish.sync || (await isSame(wish.sync, newest.revisions))
    if (!isByHand) return { state: 'unknown', revisions: [], why: 'not-rendered' }
    const { isNewer: _, ...unmoved } = wish
    return wish.isNewer && (await isSame(wish.sync, compared)) ? unmoved : wish
  } catch (error) {
    if (error instanceof Refusal || (error instanceof KedgeError && !error.retryable)) return wish
    throw error
  }
}
