import { isExperiment } from '../domain/experiment/name.ts'
import type { Release } from '../domain/release/release.ts'
import type { KeptChange, Revert } from '../domain/revert/revert.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** What a revert takes back, and what merging it changes, as plain data. */
export interface Proof {
  commit: string | undefined
  branch: string
  base: string
  restores: string
  /** What runs was made from that: not so of an Experiment, which replaced nothing. */
  madeWhatRuns: boolean
  culprits: readonly { sha: string; subject: string; author: string }[]
  paths: readonly string[]
  otherApplications: readonly string[]
  touchedByOthers: boolean
  changes: readonly Change[]
}

/** A field that merging changes; values of images alone. */
export interface Change {
  path: string
  image: { before: string; after: string } | undefined
}

/** Of the revert that stands for a release: harmless lines. */
export function proofOf(revert: Revert, release: Pick<Release, 'key' | 'rollout'>): Proof {
  return {
    commit: revert.commit === null ? undefined : plainText(revert.commit, 64),
    branch: plainText(revert.branch, 120),
    base: plainText(revert.baseBranch, 80),
    restores: plainText(revert.goodRevision, 64),
    madeWhatRuns: !isExperiment(release),
    culprits: revert.culprits.map(({ sha, subject, author }) => ({
      sha: plainText(sha, 64),
      subject: plainText(subject, 120),
      author: plainText(author.name, 60),
    })),
    paths: revert.paths.map((path) => plainText(path, 200)),
    otherApplications: revert.otherApplications.map((name) => plainText(name, 160)),
    touchedByOthers: revert.touchedByOthers,
    changes: revert.changes?.release === release.key ? revert.changes.fields.slice(0, MAX_CHANGES).map(changeOf) : [],
  }
}

const MAX_CHANGES = 50

function changeOf({ path, image }: KeptChange): Change {
  const value = (text: string | undefined): string => (text === undefined ? '–' : plainText(text, 300))
  return { path: plainText(path, 200), image: image && { before: value(image.before), after: value(image.after) } }
}
