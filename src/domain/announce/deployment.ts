import type { Release } from '../release/release.ts'
import { cutWithMark, inertText, plainText } from '../words/plain-text.ts'
import { failedVersion, rolloutName } from '../words/wording.ts'
import { happened, type Told } from './said.ts'

/**
 * How a release fares, as a forge's deployment: `restored` has failed and was taken back, `left` is over without having made it or failed
 * for good (a newer one took its place, or the Rollout is gone).
 */
export type DeploymentState = 'in-progress' | 'failed' | 'restored' | 'promoted' | 'left'

/** What every forge takes beside a state. */
const MAX_DESCRIPTION = 140
/** What every forge takes of a name. */
const MAX_ENVIRONMENT = 255
/** A long name must not push what happened out of the line. */
const MAX_NAME = 60

/** What its deployment is to say; undefined where there is nothing to say: what was broken before, what was undone by hand. */
export function deploymentState({
  outcome,
  state,
  cause,
  preExisting,
}: Pick<Release, 'outcome' | 'state' | 'cause' | 'preExisting'>): DeploymentState | undefined {
  if (preExisting) return undefined
  switch (outcome) {
    case 'promoted':
    case 'restored':
      return outcome
    case 'superseded':
    case 'gone':
      return 'left'
    case 'open':
      // Nobody but a person's hand has taken it out, and what made it is not what failed.
      if (cause === 'undone') return undefined
      return state === 'failed' ? 'failed' : 'in-progress'
  }
}

/** What stands beside the state, as one line of plain text. */
export function deploymentWords(told: Told): string {
  const { release } = told
  const where = inertText(rolloutName(release), MAX_NAME)
  const sentence = release.attempts.length > 0 ? `${where} ${happened(told)}` : `${where} ${withoutFailure(release)}`
  return cutWithMark(plainText(sentence), MAX_DESCRIPTION)
}

function withoutFailure(release: Release): string {
  const version = inertText(failedVersion(release), MAX_NAME)
  switch (release.outcome) {
    case 'promoted':
      return `runs ${version}`
    case 'restored':
      return `runs the version before ${version} again`
    case 'superseded':
      return `got a newer release than ${version}`
    case 'gone':
      return `is gone; it was to run ${version}`
    case 'open':
      return `moves to ${version}`
  }
}

/**
 * The name of an environment, of the signs that every forge takes, with no `/` at either end. What a name has besides becomes a `-`.
 * @param template with `{cluster}`, `{namespace}` and `{rollout}` where they stand in it
 */
export function environmentName(
  template: string,
  { cluster, namespace, rollout }: Pick<Release, 'cluster' | 'namespace' | 'rollout'>,
): string {
  const names: Readonly<Record<string, string>> = { '{cluster}': cluster, '{namespace}': namespace, '{rollout}': rollout }
  const whole = template.replace(/\{(?:cluster|namespace|rollout)\}/g, (name) => names[name] ?? '')
  return whole
    .replace(/[^\w/. -]/g, '-')
    .slice(0, MAX_ENVIRONMENT)
    .replace(/^[/ ]+|[/ ]+$/g, '')
}
