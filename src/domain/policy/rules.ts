import { matchesName } from '../words/glob.ts'
import { readAnnotations } from './annotations.ts'
import { ANNOUNCED_WITH_PR, DEFAULT_POLICY, type Policy } from './policy.ts'
import type { PolicyChoice, PolicyMatch, PolicySettings, PolicySubject } from './settings.ts'

/**
 * The policy for one Rollout: built-in values, then `defaults`, then every rule that matches, in order, then the
 * annotations of the Application, then those of the Rollout. Annotations only choose among what `allow` permits; one
 * that does not, or that cannot be read, is left out and told in `problems`. Each value carries where it comes from.
 */
export function resolvePolicy(settings: PolicySettings, subject: PolicySubject, now: number): Policy {
  const layers = [
    { origin: 'defaults', choice: settings.defaults },
    ...settings.rules.flatMap(({ match, set }, index) =>
      matchesSubject(match, subject) ? [{ origin: `rule ${index + 1}`, choice: set }] : [],
    ),
  ]
  const base: Policy = { ...DEFAULT_POLICY, bots: settings.bots, limits: settings.limits, storms: settings.storms, problems: [] }
  const ruled = layers.reduce((policy, { origin, choice }) => choose(policy, choice, origin), base)
  const annotated = announcing(readAnnotations(muteByWindow(ruled, settings, subject, now), settings, subject))
  return annotated.mutedUntil !== undefined && annotated.mutedUntil <= now ? { ...annotated, mutedUntil: undefined } : annotated
}

/** Who only wants to be told has not said that Kedge may write to repositories: there, it is to be asked for. */
function announcing(policy: Policy): Policy {
  return policy.origins['announce'] === undefined && policy.mode === 'pr' ? { ...policy, announce: ANNOUNCED_WITH_PR } : policy
}

function choose(policy: Policy, choice: PolicyChoice, origin: string): Policy {
  const chosen = Object.entries(choice).filter(([, value]) => value !== undefined)
  const origins = Object.fromEntries(chosen.map(([name]) => [name, origin]))
  return { ...policy, ...Object.fromEntries(chosen), origins: { ...policy.origins, ...origins } }
}

/** Of several windows that hold now, the one that ends last. */
function muteByWindow(policy: Policy, settings: PolicySettings, subject: PolicySubject, now: number): Policy {
  let muted = policy
  for (const [index, window] of settings.mute.entries()) {
    if (now < window.from || now >= window.to || window.to <= (muted.mutedUntil ?? 0) || !matchesSubject(window.match, subject)) continue
    muted = { ...muted, mutedUntil: window.to, origins: { ...muted.origins, mutedUntil: `mute ${index + 1}` } }
  }
  return muted
}

function matchesSubject(match: PolicyMatch, { rollout, application }: PolicySubject): boolean {
  return (
    matchesOne(rollout.cluster, match.cluster) &&
    matchesOne(rollout.namespace, match.namespace) &&
    matchesOne(rollout.name, match.name) &&
    matchesOne(application?.project, match.project) &&
    Object.entries(match.labels ?? {}).every(([label, glob]) =>
      [rollout.labels, application?.labels].some((labels) => matchesOne(ownValue(labels, label), [glob])),
    )
  )
}

function matchesOne(value: string | undefined, globs: readonly string[] | undefined): boolean {
  if (globs === undefined) return true
  return value !== undefined && globs.some((glob) => matchesName(value, glob))
}

/** Labels are a stranger's record: `constructor` is not a label that every object has. */
function ownValue(labels: Readonly<Record<string, string>> | undefined, label: string): string | undefined {
  return labels && Object.hasOwn(labels, label) ? labels[label] : undefined
}
