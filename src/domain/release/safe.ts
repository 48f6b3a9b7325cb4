import type { Observation } from './observation.ts'
import type { Release } from './release.ts'
import type { ReleaseTransition } from './transitions.ts'

/**
 * Steps by which a release comes to stand where N alone serves, with when that was first seen after its newest failure. Where it stood
 * there before, nobody knows any more since when.
 */
export function withSafety(steps: readonly ReleaseTransition[], { open, past, now }: Observation): readonly ReleaseTransition[] {
  return steps.map((step) => {
    const before = open.find(({ key }) => key === step.release.key) ?? past.find(({ key }) => key === step.release.key)
    return { ...step, release: safeSince(step.release, before, now) }
  })
}

function safeSince(release: Release, before: Release | undefined, now: number): Release {
  const last = release.attempts.at(-1)
  if (release.state !== 'failed' || release.serving !== 'split' || !last || last.safeAt !== undefined) return release
  const isNew = before?.serving !== 'split' || before.attempts.length < release.attempts.length
  return isNew ? { ...release, attempts: [...release.attempts.slice(0, -1), { ...last, safeAt: now }] } : release
}
