import { RELEASE_CONTEXT, type Announcement } from '../../domain/announce/announcement.ts'
import { commentText } from '../../domain/announce/comment.ts'
import { description, inOrder, verdictOfAll, type Told } from '../../domain/announce/said.ts'
import type { EffectAction } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { AnnounceWay, BlamingWay, Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import { isSameAddress } from '../../domain/words/web-address.ts'
import { FORGE_REFUSALS, type CommitStatus, type Forge } from '../../ports/forge.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { knownForge } from '../known-forge.ts'
import { revertOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { isHeldWithMany } from '../storm/storm-of.ts'
import { policyOf } from '../tell/whom.ts'
import { linkOf } from './link-of.ts'

/** Forges take a thousand statuses of one name for a commit; the last ones are people's. */
const MOST_STATUSES = 900

type Announcing = Extract<EffectAction, { type: 'announce-release' }>

/** Told once for each repository and way, as long as the process lives. */
export type TellRefusal = (where: Pick<Announcement, 'repository' | 'commit'>, way: AnnounceWay, refusal: string) => void

/** See {@link TellRefusal}. */
export function createTellRefusal({ logger }: Pick<Environment, 'logger'>): TellRefusal {
  const told = new Set<string>()
  return ({ repository, commit }, way, refusal) => {
    const once = `${way} ${repository}`
    if (told.has(once)) return
    told.add(once)
    const { message, advice } = new KedgeError('E_ANNOUNCE_REFUSED', refusal)
    logger.warn('the forge does not take what is said of releases there: it is left out', {
      repository,
      commit,
      way,
      error: message,
      advice,
    })
  }
}

/**
 * Brings what the forge says of a commit up to date: its status, and the comment on the pull request that brought it. Looks at each before
 * it writes, so a crash anywhere repeats nothing. What the forge refuses is left out.
 * @throws KedgeError E_FORGE_*, to be tried again
 */
export async function announce(environment: Environment, action: Announcing, tellRefusal: TellRefusal): Promise<Delivered> {
  const { ledger } = environment
  const key = action.announcement
  const announcement = ledger.read('announcement', key)
  if (!announcement || !environment.allowsRepository(announcement.repoURL)) return WITHHELD
  const { told, ways } = whatToSay(environment, announcement, action.releaseKey)
  if (ways.length === 0) return WITHHELD
  const forge = knownForge(environment.forges, announcement.repoURL)
  if (!forge) return WITHHELD
  const saying: Saying = { environment, forge, announcement, told, tellRefusal }
  const status = ways.includes('status') ? await sayBeside(saying) : 'off'
  const { comment, pullRequest } = ways.includes('comment') ? await sayOnPullRequest(saying) : { comment: 'off', pullRequest: null }
  const entries = (): readonly LedgerEntry[] => {
    const present = ledger.read('announcement', key) ?? announcement
    const document = {
      ...present,
      pullRequest: present.pullRequest ?? pullRequest,
      statuses: present.statuses + (status === 'set' ? 1 : 0),
    }
    const isSame = document.pullRequest === present.pullRequest && document.statuses === present.statuses
    return isSame ? [] : [{ kind: 'announcement', key, event: 'announced', document }]
  }
  return { state: 'done', event: 'release-announced', receipt: { status, comment }, entries }
}

const WITHHELD: Delivered = { state: 'abandoned', event: 'effect-withheld' }

/** What was said is kept up to date, whatever comes after. */
function wasTold({ ledger }: Environment, { key }: Release): boolean {
  return ledger.announcementsOf(key).some(({ statuses, pullRequest }) => statuses > 0 || pullRequest !== null)
}

/** How the forge may be told of a release by now. */
function waysOf(environment: Environment, release: Release): readonly BlamingWay[] {
  if (isHeldWithMany(environment, release) && !wasTold(environment, release)) return []
  return openWays(environment, policyOf(environment, release)).filter((way) => way !== 'deployment')
}

/** How a policy lets the forge be told now: nothing is written there for who only observes, or is muted. */
export function openWays(
  { clock }: Pick<Environment, 'clock'>,
  policy: Pick<Policy, 'mode' | 'announce' | 'mutedUntil'>,
): Policy['announce'] {
  const { mode, announce: ways, mutedUntil } = policy
  return mode === 'observe' || (mutedUntil ?? 0) > clock.now() ? [] : ways
}

/**
 * The releases of which the forge may be told, and how: by all ways that one of them may. What was said of a commit by mistake is taken
 * back as `lead`, the release that it was said of, may be told.
 */
function whatToSay(
  environment: Environment,
  { releases }: Announcement,
  lead: string,
): { told: readonly Told[]; ways: readonly BlamingWay[] } {
  const { ledger } = environment
  const known = (releases.length > 0 ? releases : [lead]).flatMap((key) => ledger.read('release', key) ?? [])
  const open = known.map((release) => ({ release, ways: waysOf(environment, release) })).filter(({ ways }) => ways.length > 0)
  return {
    told: releases.length > 0 ? open.map(({ release }) => ({ release, revert: revertOf({ ledger }, release) })) : [],
    ways: [...new Set(open.flatMap(({ ways }) => ways))],
  }
}

interface Saying {
  environment: Environment
  forge: Forge
  announcement: Announcement
  told: readonly Told[]
  tellRefusal: TellRefusal
}

async function sayBeside({ environment, forge, announcement, told, tellRefusal }: Saying): Promise<string> {
  const { commit, statuses } = announcement
  const [first] = inOrder(told)
  const url = first && linkOf(environment, first.release, first.revert)
  const wanted: CommitStatus = { context: RELEASE_CONTEXT, state: verdictOfAll(told), description: description(told), ...(url && { url }) }
  const before = await forge.statusOf(commit, RELEASE_CONTEXT)
  if (before && isSame(before, wanted)) return 'there'
  // Nothing was said there, so there is nothing to take back.
  if (told.length === 0 && !before) return 'none'
  if (statuses >= MOST_STATUSES) {
    tellRefusal(announcement, 'status', `${MOST_STATUSES} statuses were set on ${commit}, and the forge takes few more.`)
    return 'full'
  }
  const refusal = await forge.setStatus(commit, wanted)
  if (refusal === undefined) return 'set'
  tellRefusal(announcement, 'status', refusal)
  return 'refused'
}

/** A forge may have cut the words. */
function isSame(there: CommitStatus, { state, description: words, url }: CommitStatus): boolean {
  return (
    there.state === state &&
    isSameAddress(there.url, url) &&
    words.startsWith(there.description.replace(/…$/, '')) &&
    there.description !== ''
  )
}

async function sayOnPullRequest(saying: Saying): Promise<{ comment: string; pullRequest: number | null }> {
  const { environment, forge, announcement, told, tellRefusal } = saying
  const { commit, marker } = announcement
  try {
    const number = await pullRequestOf(saying)
    if (number === undefined) return { comment: 'none', pullRequest: null }
    const linksFor = ({ release }: Told): readonly { text: string; url: string }[] => environment.linksFor(release)
    await forge.comment(number, marker, `${commentText({ commit, told, markup: forge.markup, linksFor })}\n\n${marker}`)
    return { comment: `#${number}`, pullRequest: number }
  } catch (error) {
    if (!(error instanceof KedgeError && FORGE_REFUSALS.includes(error.code))) throw error
    tellRefusal(announcement, 'comment', error.what)
    return { comment: 'refused', pullRequest: null }
  }
}

/** As the release was traced; else the forge is asked. Where nothing was said yet, nothing is taken back. */
async function pullRequestOf({ forge, announcement, told }: Saying): Promise<number | undefined> {
  const traced = announcement.pullRequest ?? told.find(({ release }) => release.sourcePr)?.release.sourcePr?.number
  if (traced !== undefined) return traced
  return told.length === 0 ? undefined : (await forge.introducedBy(announcement.commit))?.number
}
