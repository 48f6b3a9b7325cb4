import { fieldOf, readTexts } from '../http/texts.ts'
import type { PastQueries } from './query.ts'
import type { Identity } from './selector.ts'

/** A rule as Prometheus lists it. */
export interface Rule {
  readonly name: string
  readonly expression: string
  /** What it writes itself, as far as that is fixed. */
  readonly labels: Readonly<Record<string, string>>
  /** As Prometheus calls its group in its own metrics. */
  readonly group: string
}

interface NamedRules {
  type: 'alert' | 'record'
  names: readonly string[]
  identity: Identity
  from: number
}

/**
 * The rules of some names whose labels are not about another Rollout or objective.
 * Source: prometheus.io/docs/prometheus/latest/querying/api (rules).
 */
export async function rulesNamed(
  queries: PastQueries,
  { type, names, identity, from }: NamedRules,
): Promise<readonly Rule[] | { detail: string }> {
  const asked = names.map((name) => ['rule_name[]', name] as const)
  const answer = await queries.get('/api/v1/rules', [['type', type], ...asked, ['exclude_alerts', 'true']], from)
  if (answer.result === 'unknown') return { detail: `its rule could not be asked for: ${answer.detail}` }
  const groups = fieldOf(fieldOf(answer.json, 'data'), 'groups')
  if (!Array.isArray(groups)) return { detail: 'its rule could not be asked for: Prometheus answers no list of rules' }
  // Older ones do not know `rule_name[]`, and list all.
  const [wanted, kind] = [new Set(names), type === 'alert' ? 'alerting' : 'recording']
  return groups
    .flatMap((group: unknown) => readRules(group, kind))
    .filter(({ name, labels }) => wanted.has(name) && !contradicts(labels, identity))
}

function readRules(group: unknown, kind: string): readonly Rule[] {
  const [file, groupName, rules] = ['file', 'name', 'rules'].map((key) => fieldOf(group, key))
  if (typeof file !== 'string' || typeof groupName !== 'string' || !Array.isArray(rules)) return []
  return rules.flatMap((rule: unknown) => {
    const [name, expression] = [fieldOf(rule, 'name'), fieldOf(rule, 'query')]
    if (typeof name !== 'string' || fieldOf(rule, 'type') !== kind || typeof expression !== 'string') return []
    const labels = Object.entries(readTexts(fieldOf(rule, 'labels')))
    // What a template makes of it is not known here.
    const fixed = labels.filter(([, value]) => !value.includes('{{'))
    return [{ name, expression, group: `${file};${groupName}`, labels: Object.fromEntries(fixed) }]
  })
}

function contradicts(labels: Readonly<Record<string, string>>, identity: Identity): boolean {
  return identity.some(([label, value]) => Object.hasOwn(labels, label) && labels[label] !== value)
}
