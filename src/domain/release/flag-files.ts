import { plainText } from '../words/plain-text.ts'
import type { Release } from './release.ts'

/** The files of a release that changed flags and no template; undefined of any other. */
export function flagsOf({ attempts }: Pick<Release, 'attempts'>): readonly string[] | undefined {
  return attempts.find(({ burn }) => burn?.flags !== undefined)?.burn?.flags
}

/** What people call a change of flags: `flag flags/web.json`, `flag flags/web.json and 2 more file(s)`. */
export function flagWords([first, ...more]: readonly string[]): string {
  return plainText(`flag ${first ?? ''}${more.length === 0 ? '' : ` and ${more.length} more file(s)`}`, 160)
}
