import type { Release } from '../release/release.ts'

/** What was undone by hand is a person's business, until one hands it over. */
export function isAdoptedUndone({ cause, adoptedBy }: Pick<Release, 'cause' | 'adoptedBy'>): boolean {
  return cause === 'undone' && adoptedBy !== undefined
}
