import { canonicalJson } from '../canonical-json.ts'
import { isExperiment } from '../experiment/name.ts'
import type { Cause, Evidence } from '../release/evidence.ts'
import type { Attempt, Release } from '../release/release.ts'
import { plainText } from '../words/plain-text.ts'
import type { StormCause } from './storm.ts'

/** Names of a Rollout that stand in its own messages. */
type Named = Pick<Release, 'namespace' | 'rollout' | 'podTemplateHash'>

/** Longer messages are a Rollout's own: cut, two of them might look the same. */
const LONGEST_MESSAGE = 2_000

/** What a person did, or what one spec says, is nobody else's, whatever commit it came with. */
const OWN: readonly Cause[] = ['human-abort', 'undone', 'invalid-spec']

/** A document never changes, and all that are open are asked about at each failure. */
const known = new WeakMap<Release, readonly StormCause[]>()

/**
 * What a failure may have in common with others, what proves most first. Pure: the same failure of two Rollouts gives the same key. Empty
 * for what is a Rollout's own: a person's abort, a spec that is refused, a Job that failed, whatever left no evidence. So it is for a
 * standalone Experiment, which holds nothing and for which nothing is held.
 */
export function causesOf(release: Release): readonly StormCause[] {
  const causes = known.get(release) ?? findCauses(release)
  known.set(release, causes)
  return causes
}

function findCauses(release: Release): readonly StormCause[] {
  const attempt = release.attempts.at(-1)
  if (!attempt || release.preExisting || isExperiment(release)) return []
  return [metricCause(release, attempt), commitCause(release, attempt), clusterCause(release, attempt)].filter(
    (cause) => cause !== undefined,
  )
}

/** All of its failing metrics count: one that failed besides, or with another value, is evidence of its own. */
function metricCause(release: Release, { cause, evidence }: Attempt): StormCause | undefined {
  if (!cause.startsWith('analysis-') || evidence.length === 0) return undefined
  const signs = evidence.map((one) => signOf(one, release))
  if (signs.includes(undefined)) return undefined
  const { cluster } = release
  const metrics = evidence.map(({ metric, provider }) => ({ name: metric, provider }))
  return {
    kind: 'metric',
    key: canonicalJson(['metric', cluster, [...new Set(signs)].toSorted((a = '', b = '') => (a < b ? -1 : 1))]),
    words: [...new Set(evidence.map((one) => wordsOf(one, release)))].slice(0, 3).join('; '),
    cluster,
    metrics: metrics.filter(({ name }, at) => metrics.findIndex((other) => other.name === name) === at),
  }
}

/** Undefined where two of the same sign may well have failed for two things: a Job says no more than that it failed. */
function signOf(evidence: Evidence, release: Named): string | undefined {
  const { metric, provider, phase, value, condition } = evidence
  const said = errorOf(evidence, release) ?? value
  return said === undefined ? undefined : canonicalJson([metric, provider, phase, condition ?? null, said])
}

function errorOf({ phase, message, analysisRun }: Evidence, release: Named): string | undefined {
  if (phase !== 'Error' || message === undefined || message.length > LONGEST_MESSAGE) return undefined
  return common(message, [analysisRun, ...namesOf(release)])
}

function wordsOf(evidence: Evidence, release: Named): string {
  const { metric, value } = evidence
  const error = errorOf(evidence, release)
  return plainText(error === undefined ? `${metric} is ${value}` : `${metric} could not be measured (${error})`, 200)
}

function namesOf({ rollout, namespace, podTemplateHash }: Named): readonly string[] {
  return [rollout, namespace, podTemplateHash ?? ''].filter((name) => name !== '')
}

/**
 * A message without what differs from one Rollout to the next though the error is the same: names, addresses, counts. Three digits may be a
 * status, which says what went wrong.
 */
function common(message: string, names: readonly string[]): string {
  const whole = /[\w.-]+/g
  const unnamed = plainText(message, LONGEST_MESSAGE).replace(whole, (word) => (names.some((name) => isOf(word, name)) ? '…' : word))
  return unnamed
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '#')
    .replace(/\d+/g, (digits) => (/^[1-5]\d\d$/.test(digits) ? digits : '#'))
}

/** The name itself, or one made from it: `web-7d9f`, `web.shop.svc`. */
function isOf(word: string, name: string): boolean {
  return word === name || word.startsWith(`${name}-`) || word.startsWith(`${name}.`)
}

/** Known once Git was asked. */
function commitCause({ repository, revision }: Release, { cause }: Attempt): StormCause | undefined {
  if (repository === null || revision === null || OWN.includes(cause)) return undefined
  const words = `commit ${revision.slice(0, 7)} of ${plainText(repository, 120)} brought all of them`
  return { kind: 'commit', key: canonicalJson(['commit', repository.toLowerCase(), revision]), words, cluster: null, metrics: [] }
}

/** Nothing says why pods do not get ready: only that it befalls many in one cluster at a time. */
function clusterCause({ cluster }: Release, { cause }: Attempt): StormCause | undefined {
  if (cause === 'slo-burn') {
    const many = `alerts about several Rollouts of cluster ${plainText(cluster, 80)} began after their promotions`
    return { kind: 'metric', key: canonicalJson(['alert', cluster]), words: many, cluster, metrics: [] }
  }
  if (cause !== 'progress-deadline' && cause !== 'stuck') return undefined
  const words = `new pods did not get ready in cluster ${plainText(cluster, 80)}`
  return { kind: 'cluster', key: canonicalJson(['cluster', cluster]), words, cluster, metrics: [] }
}
