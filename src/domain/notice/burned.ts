import { burnLine, stateWords } from '../alert/words.ts'
import { burnOf } from '../release/burned.ts'
import { flagsOf } from '../release/flag-files.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'

/** The alert of a release that burns, as a line of evidence; none for any other. */
export function burnEvidence(release: Release): readonly string[] {
  const burn = burnOf(release)
  return burn ? [`${burnLine(burn)}${stateWords(burn)}`] : []
}

/** Of an open release that burns, the end of its card's title. */
export function burnTitle(release: Release, version: string): string {
  const burn = burnOf(release)
  const alert = burn?.alert ?? 'an alert'
  const did = burn?.flags ? 'applied' : 'promoted'
  if (release.serving === 'undone') return `${version} was promoted, ${alert} fired, and it was undone by hand; Git still asks for it`
  const was = `${version} was ${did}, and ${alert}`
  switch (burn?.state) {
    case 'resolved':
      return `${was} fired after it; the alert is over`
    case 'silenced':
      return `${was} fired after it; somebody has silenced it`
    case 'inhibited':
      return `${was} fired after it; another alert inhibits it`
    default:
      return `${was} fires since`
  }
}

/** What a person has to do about a release that burns and has no revert that is open. */
export function burnToDo(release: Release): string {
  const burn = burnOf(release)
  if (release.serving === 'undone') return 'Revert it in Git, too'
  if (release.serving !== 'in-step') return 'Wait'
  if (burn?.state === 'resolved') return 'Watch it: the alert is over'
  if (burn?.flags) return 'Turn it off in Git, or look at the alert'
  return burn !== undefined && burn.others > 0 ? 'Find out which release it is' : 'Revert it in Git or fix forward'
}

/** What a person can do about it, as a sentence. */
export function burnNextStep({ serving, attempts, cause }: Pick<Release, 'serving' | 'attempts' | 'cause'>): string {
  const burn = burnOf({ attempts, cause })
  if (serving !== 'in-step' || burn?.state !== 'firing') return ''
  if (burn.flags) return 'Git asks for it and the cluster has it: turn it off in Git. The version that serves is as before.'
  return 'Git asks for it and the cluster runs it: revert it in Git, turn its flag off, or release a mended one.'
}

/** Whether the version before serves again while the alert still fires. */
export function isBackAndBurns(release: Release, revert: Revert | undefined): boolean {
  // One version serves all the time: that says nothing of its flags.
  if (flagsOf(release)) return false
  return burnOf(release) !== undefined && revert?.outcome === 'merged' && release.serving === 'in-step'
}

/** What an alert came after: the end of a clause. */
export function burnBeginning(release: Release): string {
  return flagsOf(release) ? 'it was applied' : 'its promotion'
}

/** Of a release that burned and stays, or of flags in whose place something newer came, as sentences; undefined of others. */
export function burnEnded(release: Release): string | undefined {
  if (release.outcome === 'superseded' && flagsOf(release)) return 'Something newer took its place: other values, or a version.'
  if (release.outcome !== 'promoted' || release.cause !== 'slo-burn') return undefined
  return `The alert is over, and the bake window, too. ${flagsOf(release) ? 'It stays as Git asks' : 'Its version serves on'}.`
}
