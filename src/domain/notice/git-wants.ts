import { asCommitSha } from '../application/commit.ts'
import type { KeptWish, Release } from '../release/release.ts'
import { versionName } from '../words/wording.ts'

/** What Git asks for, where that is not the release's own version. */
export function askedInstead(wish: KeptWish): string {
  if (wish.state === 'unknown')
    return wish.why === 'not-compared' ? 'not known: Argo CD cannot compare it' : 'not known: Argo CD does not say it'
  const { podTemplateHash, images, revisions, by = 'compared' } = wish
  const revision = revisions.find((one) => asCommitSha(one) !== undefined) ?? revisions[0]
  const commit = revision && `${revision.slice(0, 7)} as Argo CD ${by}`
  if (images.length === 0) return commit ?? 'not known'
  return `${versionName(images, podTemplateHash)}${commit ? ` (${commit})` : ''}`
}

/** What Git did while the cluster went back, as the end of a title. Present tense, so only as far as it is known now. */
export function gitMeanwhile({ wish }: Pick<Release, 'wish'>): string {
  switch (wish?.state) {
    case undefined:
      return 'Git did not'
    case 'unknown':
      return 'what Git asks for is not known'
    default:
      return 'Git has moved on and waits for a sync'
  }
}

/** The same of a version that is undone by hand. */
export function gitBesideUndone({ wish }: Pick<Release, 'wish'>, still: string): string {
  if (!wish) return `Git still asks for ${still}`
  return wish.state === 'unknown' ? 'what Git asks for now is not known' : 'Git asks for something else by now'
}

/** A release that no commit asks for: the cluster was told by hand what has failed. */
export function isBroughtByHand({ serving, wish }: Pick<Release, 'serving' | 'wish'>): boolean {
  return serving !== 'undone' && wish?.state === 'undone'
}
