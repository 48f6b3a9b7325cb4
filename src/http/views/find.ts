import type { RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { rolloutHref } from '../../ui/board.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodeId } from '../request/paging.ts'
import { newestRelease } from './rollout-summary.ts'

/** Where a question by what Argo CD calls a thing leads: to a page, to nothing, or to a word about what is wrong with it. */
export type Place = { href: string } | { absent: string } | { fault: string }

/** What Kubernetes may call an object, and what a label may say. */
const WORD = /^[0-9A-Za-z][-0-9A-Za-z_.]{0,62}$/
const APPLICATION = /^[a-z0-9][-a-z0-9.]{0,252}\/[a-z0-9][-a-z0-9.]{0,252}$/

const ASK = 'ask for rollout=UID, with hash=POD_TEMPLATE_HASH for one of its releases, or for application=NAMESPACE/NAME'

/**
 * The page of a Rollout by its UID, which is one for all clusters, so that nobody has to know what Kedge calls them: its newest release,
 * that of a pod template hash, or the Rollout where the ledger has none. The page of an Application: that of its Rollout, the board where
 * it has several.
 */
export function findPlace(options: ReadOptions, query: Readonly<Record<string, unknown>>): Place {
  const { rollout, hash, application, ...others } = query
  if (Object.keys(others).length > 0 || (rollout === undefined) === (application === undefined)) return { fault: ASK }
  if (application !== undefined) {
    const isOne = hash === undefined && isApplicationName(application)
    return isOne ? placeOfApplication(options, application) : { fault: ASK }
  }
  if (!isWord(rollout) || (hash !== undefined && !isWord(hash))) return { fault: ASK }
  const found = rolloutWithUid(options.views, rollout)
  return found ? { href: placeOf(options, found, hash) } : { absent: absentIn(options.views, 'this Rollout') }
}

/** Whether this is `namespace/name`, as Argo CD lets an Application be called. */
export function isApplicationName(text: unknown): text is string {
  return typeof text === 'string' && APPLICATION.test(text)
}

/** The Rollouts that an Application owns, by its `namespace/name`, wherever Argo CD is and wherever they run. */
export function rolloutsOwnedBy({ views, ownersOf }: Pick<ReadOptions, 'views' | 'ownersOf'>, application: string): RolloutSnapshot[] {
  const [namespace = '', name = ''] = application.split('/')
  const listed = new Set(views.flatMap((view) => view.application(namespace, name)?.rollouts ?? []))
  const isOwner = (one: { namespace: string; name: string }): boolean => one.namespace === namespace && one.name === name
  return [...listed].flatMap((key) =>
    views.flatMap((view) => {
      const [rolloutNamespace = '', rolloutName = ''] = key.split('/')
      const rollout = view.rollout(rolloutNamespace, rolloutName)
      return rollout && ownersOf(rollout).some(isOwner) ? [rollout] : []
    }),
  )
}

function rolloutWithUid(views: readonly ClusterView[], uid: string): RolloutSnapshot | undefined {
  for (const view of views) for (const rollout of view.rollouts()) if (rollout.uid === uid) return rollout
  return undefined
}

function placeOfApplication(options: ReadOptions, application: string): Place {
  const [first, ...more] = rolloutsOwnedBy(options, application)
  if (!first) return { absent: absentIn(options.views, 'a Rollout of this Application') }
  return { href: more.length === 0 ? placeOf(options, first, undefined) : `/?application=${encodeURIComponent(application)}` }
}

function placeOf({ ledger }: ReadOptions, rollout: RolloutSnapshot, hash: string | undefined): string {
  const own = ledger.releasesOf(rollout).filter(({ uid }) => uid === rollout.uid)
  const release = hash === undefined ? newestRelease(rollout, ledger) : own.find(({ podTemplateHash }) => podTemplateHash === hash)
  return release ? `/releases/${encodeId(release.key)}` : rolloutHref(rollout)
}

/** Not there and not seen are two things. */
function absentIn(views: readonly ClusterView[], what: string): string {
  const blind = views.filter((view) => !view.freshness('rollouts').fresh).map(({ cluster }) => cluster)
  return blind.length === 0
    ? `No cluster that Kedge watches has ${what}`
    : `Kedge has not seen ${what}, and cannot see ${blind.join(', ')} now`
}

function isWord(given: unknown): given is string {
  return typeof given === 'string' && WORD.test(given)
}
