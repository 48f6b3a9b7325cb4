import type { Cause } from '../release/evidence.ts'
import { flagsOf, flagWords } from '../release/flag-files.ts'
import type { Release } from '../release/release.ts'
import { plainText } from './plain-text.ts'

const CAUSES: Readonly<Record<Cause, string>> = {
  'analysis-failed': 'the analysis failed',
  'analysis-error': 'the analysis could not measure (error, not failure)',
  'analysis-inconclusive': 'the analysis was inconclusive',
  'human-abort': 'a person aborted it',
  'progress-deadline': 'it exceeded its progress deadline and was aborted',
  stuck: 'it exceeded its progress deadline and was not aborted',
  'first-deploy': 'the first deploy did not become available',
  'invalid-spec': 'the controller refuses the spec',
  'plugin-step': 'a step plugin failed',
  'slo-burn': 'an alert that began after its promotion fires',
  undone: 'it was healthy, and the cluster was told to run something else',
  unknown: 'the cause is not known',
}

/** A cause as a clause: "…, because <clause>". */
export function causeClause(cause: Cause | null): string {
  return CAUSES[cause ?? 'unknown']
}

/** The same of a release: flags are applied, and promoted by nobody. */
export function causeOf(release: Pick<Release, 'cause' | 'attempts'>): string {
  return flagsOf(release) ? 'an alert that began after its sync fires' : causeClause(release.cause)
}

/** `namespace/name` of a release's Rollout. */
export function rolloutName(release: Pick<Release, 'namespace' | 'rollout'>): string {
  return `${release.namespace}/${release.rollout}`
}

/** Image tags of a version, or its hash when no image is known: what a person calls a version. */
export function versionName(images: readonly string[], hash: string | null): string {
  const tags = images.map((image) => plainText(image.slice(image.lastIndexOf('/') + 1), 120))
  return tags.length > 0 ? tags.join(', ') : (hash ?? 'unknown')
}

/** Whether there is a version to go back to. The controller calls the first template stable before any of its pods is ready. */
export function hasVersionBefore({ podTemplateHash, stableHash }: Pick<Release, 'podTemplateHash' | 'stableHash'>): boolean {
  return stableHash !== null && stableHash !== podTemplateHash
}

/** What a person calls the version that failed. Where it keeps the image, a tag alone would name both versions. */
export function failedVersion({
  images,
  stableImages,
  podTemplateHash,
  stableHash,
  attempts,
}: Pick<Release, 'images' | 'stableImages' | 'podTemplateHash' | 'stableHash' | 'attempts'>): string {
  const flags = flagsOf({ attempts })
  if (flags) return flagWords(flags)
  const name = versionName(images, podTemplateHash)
  return images.length > 0 && hasVersionBefore({ podTemplateHash, stableHash }) && name === versionName(stableImages, stableHash)
    ? `${name} with other settings`
    : name
}
