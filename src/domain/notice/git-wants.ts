import { asCommitSha } from '../application/commit.ts'
import { isBackInGit } from '../decision/back-in-git.ts'
import type { KeptWish, Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { versionName } from '../words/wording.ts'

const WHY: Readonly<Record<NonNullable<KeptWish['why']>, string>> = {
  'not-compared': 'Argo CD cannot compare it',
  'not-seen': 'Argo CD does not say it',
  'not-rendered': 'nobody renders it',
}

/** What Git asks for, where that is not the release's own version. */
export function askedInstead(wish: KeptWish): string {
  if (wish.state === 'unknown') return `not known: ${WHY[wish.why ?? 'not-seen']}`
  const { podTemplateHash, images, revisions, by = 'compared' } = wish
  const revision = revisions.find((one) => asCommitSha(one) !== undefined) ?? revisions[0]
  const commit = revision && `${revision.slice(0, 7)} as Argo CD ${by}`
  if (images.length === 0) return commit ?? 'not known'
  return `${versionName(images, podTemplateHash)}${commit ? ` (${commit})` : ''}`
}

const AGAIN = 'Git asks for the version before again'

/** What Git did while the cluster went back, as the end of a title. Present tense, so only as far as it is known now. */
export function gitMeanwhile({ wish, decision }: Pick<Release, 'wish' | 'decision'>, revert: Revert | undefined): string {
  switch (wish?.state) {
    case undefined:
      return isBackInGit({ decision }, revert) ? AGAIN : 'Git did not'
    case 'unknown':
      return 'what Git asks for is not known'
    default:
      return 'Git has moved on and waits for a sync'
  }
}

/** The same of a version that is undone by hand. */
export function gitBesideUndone({ wish, decision }: Pick<Release, 'wish' | 'decision'>, still: string, revert: Revert | undefined): string {
  if (!wish) return isBackInGit({ decision }, revert) ? AGAIN : `Git still asks for ${still}`
  return wish.state === 'unknown' ? 'what Git asks for now is not known' : 'Git asks for something else by now'
}

/** What was told by hand after a failure, as a clause: N, or neither of the two. */
export function whatIsBack({ instead }: Pick<Release, 'instead'>): string {
  return instead ? 'another version runs' : 'the version before is back'
}

/** Of a release that no commit asks for, who told the cluster what has failed, as check P4 calls it; undefined for any other. */
export function broughtBy({ serving, wish }: Pick<Release, 'serving' | 'wish'>): string | undefined {
  if (serving === 'undone' || wish?.state !== 'undone') return undefined
  return wish.how === 'older-sync' ? 'by a rollback in Argo CD' : 'by hand'
}
