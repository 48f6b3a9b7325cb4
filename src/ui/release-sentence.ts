import type { ReleaseDetail } from '../api/contract.ts'
import { blindSinceOf, blindWords } from '../api/words.ts'
import { buildCard } from '../domain/notice/card.ts'
import { toDo } from '../domain/notice/to-do.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { failedVersion, rolloutName } from '../domain/words/wording.ts'

/** What a release's page begins with. */
export interface Opening {
  /** What is so, in one sentence. */
  sentence: string
  /** What a person has to do, in the words of the card; undefined while the cluster cannot be seen. */
  todo: string | undefined
  /** What Kedge did, or why it did nothing. */
  did: string
}

/** The first words of a release's page, the same as those of its card. What cannot be seen is told as what is not known. */
export function openingOf(detail: ReleaseDetail): Opening {
  const { freshness, release, revert } = detail
  const name = rolloutName(release)
  if (release.outcome === 'open' && blindSinceOf(freshness) !== null)
    return {
      sentence: `${plainText(name, 120)}: nobody sees how ${plainText(failedVersion(release), 120)} stands now`,
      todo: undefined,
      did: `${blindWords(freshness) ?? ''} What follows is as it was last seen; nothing is decided on it.`,
    }
  const { title, outcome } = buildCard(release, revert ?? undefined, { links: [] })
  const todo = toDo(release, revert ?? undefined)
  return {
    sentence: plainText(neverFailed(detail) ?? title, 400),
    // Of what has ended, nothing is said of now.
    todo: plainText(release.state === 'ended' ? todo.replace(/:.*/, '') : todo, 200),
    did: plainText(neverFailed(detail) === undefined ? outcome : '', 600),
  }
}

/** A card is of failures alone; of a release that goes well there is a page, too. */
function neverFailed({ release }: ReleaseDetail): string | undefined {
  if (release.cause !== null || release.attempts.length > 0 || release.waiting) return undefined
  const name = rolloutName(release)
  const version = failedVersion(release)
  if (release.outcome === 'promoted') return `${name}: ${version} was promoted`
  return release.outcome === 'open' && release.state === 'rolling' ? `${name}: ${version} is being rolled out` : undefined
}
