import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { webAddress } from '../../domain/words/web-address.ts'
import type { Environment } from '../environment.ts'

/**
 * Where a forge leads people from what it says of a release: the first of its links, else the pull request of its revert. What is no
 * `webAddress` is passed over; undefined where nothing is left.
 */
export function linkOf({ linksFor }: Pick<Environment, 'linksFor'>, release: Release, revert: Revert | undefined): string | undefined {
  const urls = [...linksFor(release).map((link) => link.url), revert?.pullRequest?.url ?? '']
  return urls.flatMap((url) => webAddress(url)?.href ?? []).at(0)
}
