import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { webAddress } from '../../domain/words/web-address.ts'
import type { Environment } from '../environment.ts'

type Known = Pick<Environment, 'linksFor'>

/**
 * Where a forge leads people from what it says of a release: the first of its links, else the pull request of its revert. What is no
 * `webAddress` is passed over; undefined where nothing is left.
 */
export function linkOf(known: Known, release: Release, revert: Revert | undefined): string | undefined {
  return firstOf([...linksOf(known, release), pullOf(revert)])
}

/** The same from what it says of a commit that brings back what failed: the pull request first, as that took it out. */
export function pullLinkOf(known: Known, release: Release, revert: Revert | undefined): string | undefined {
  return firstOf([pullOf(revert), ...linksOf(known, release)])
}

function linksOf({ linksFor }: Known, release: Release): readonly string[] {
  return linksFor(release).map((link) => link.url)
}

function pullOf(revert: Revert | undefined): string {
  return revert?.pullRequest?.url ?? ''
}

function firstOf(urls: readonly string[]): string | undefined {
  return urls.flatMap((url) => webAddress(url)?.href ?? []).at(0)
}
