import { announcementKey, announcementMarker, knownCulprit, type Announcement } from '../../domain/announce/announcement.ts'
import { wordsOf, type Told } from '../../domain/announce/said.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { intend } from '../outbox/intent.ts'
import { isHeldWithMany } from '../storm/storm-of.ts'

/**
 * The same journal: whatever changes what the forge is to say of a commit is written with the intent to say it, in one transaction, whoever
 * has written it.
 */
export function announcing(environment: Environment, journal: Journal): Journal {
  return {
    commit: (entries) =>
      journal.commit(() => {
        const written = entries()
        return [...written, ...announcementsFor(environment, written)]
      }),
  }
}

/** What is to be said anew after these entries. Each announcement is asked for once, however many of its releases have moved. */
function announcementsFor(environment: Environment, written: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const after = new Written(environment, written)
  const changed = new Map<string, Announcement>()
  const latest = (announcement: Announcement): Announcement => changed.get(announcement.key) ?? announcement
  for (const release of after.moved()) {
    const own = isToBeTold(environment, release)
      ? announcementOf(environment, { release, revert: after.revertOf(release) }, changed)
      : undefined
    const known = environment.ledger.announcementsOf(release.key).map(latest)
    for (const other of known.filter(({ key }) => own !== undefined && key !== own.key))
      changed.set(other.key, { ...other, releases: other.releases.filter((key) => key !== release.key) })
    if (own && !own.releases.includes(release.key)) changed.set(own.key, { ...own, releases: [...own.releases, release.key] })
    else if (after.saysAnew(release)) for (const one of own ? [own] : known) changed.set(one.key, latest(one))
  }
  return [...changed.values()].flatMap((announcement) => ask(environment, announcement))
}

/** Who is told where: as the policy said at the last look. When it is written, what it says then counts. */
function isToBeTold(environment: Environment, release: Release): boolean {
  const { clock, allowsRepository } = environment
  const { policy, repoURL } = release
  if (isHeldWithMany(environment, release)) return false
  if (!policy || policy.mode === 'observe' || (policy.announce ?? []).length === 0) return false
  return (policy.mutedUntil ?? 0) <= clock.now() && repoURL !== undefined && allowsRepository(repoURL)
}

/** Of the commit that brought it, which may have brought others, too. Undefined while that commit is not known for sure. */
function announcementOf(
  environment: Environment,
  { release, revert }: Told,
  changed: ReadonlyMap<string, Announcement>,
): Announcement | undefined {
  const culprit = knownCulprit(release, revert)
  if (!culprit) return undefined
  const { repository, repoURL, commit } = culprit
  const key = announcementKey(repository, commit)
  const clusters = environment.views.map(({ cluster }) => cluster).toSorted()
  const marker = announcementMarker(environment.digest(JSON.stringify([key, clusters])).slice(0, 20))
  const at = environment.clock.now()
  return (
    changed.get(key) ??
    environment.ledger.read('announcement', key) ?? {
      key,
      repository,
      repoURL,
      commit,
      marker,
      releases: [],
      asked: 0,
      pullRequest: null,
      statuses: 0,
      at,
    }
  )
}

/** The row that brings it up to date. One that nobody has begun with yet says what is so by then. */
function ask({ ledger, clock }: Environment, announcement: Announcement): readonly LedgerEntry[] {
  const { key, asked } = announcement
  const isAsked = ledger.pendingEffects().some(({ action, attempts }) => {
    return action.type === 'announce-release' && action.announcement === key && attempts === 0
  })
  const document = isAsked ? announcement : { ...announcement, asked: asked + 1 }
  const lead = document.releases[0] ?? ledger.read('announcement', key)?.releases[0]
  if (lead === undefined) return []
  const known = ledger.read('announcement', key)
  const isNew = known?.asked !== document.asked || known.releases.length !== document.releases.length
  return [
    ...(isNew ? [{ kind: 'announcement', key, event: 'announcement-changed', document } as const] : []),
    ...(isAsked
      ? []
      : [intend(`announce|${key}|${document.asked}`, { type: 'announce-release', releaseKey: lead, announcement: key }, clock.now())]),
  ]
}

/** The ledger as it will be, beside how it is. */
class Written {
  readonly #environment: Environment
  readonly #releases = new Map<string, Release>()
  readonly #reverts = new Map<string, Revert>()

  constructor(environment: Environment, written: readonly LedgerEntry[]) {
    this.#environment = environment
    for (const { kind, key, document } of written) {
      if (kind === 'release') this.#releases.set(key, document)
      if (kind === 'revert') this.#reverts.set(key, document)
    }
  }

  /** The releases that have moved, or whose revert has. */
  moved(): readonly Release[] {
    const keys = [...this.#releases.keys(), ...[...this.#reverts.values()].flatMap(({ releases }) => releases)]
    const { ledger } = this.#environment
    const moved = [...new Set(keys)].flatMap((key) => this.#releases.get(key) ?? ledger.read('release', key) ?? [])
    return moved.filter(({ attempts }) => attempts.length > 0)
  }

  revertOf(release: Release): Revert | undefined {
    const written = release.revertKey === null ? undefined : this.#reverts.get(release.revertKey)
    return written ?? revertOf(this.#environment, release)
  }

  saysAnew(release: Release): boolean {
    const { ledger } = this.#environment
    const before = ledger.read('release', release.key)
    return (
      !before || wordsOf({ release, revert: this.revertOf(release) }) !== wordsOf({ release: before, revert: revertOf({ ledger }, before) })
    )
  }
}
