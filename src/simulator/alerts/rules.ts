import type { AlertBook } from './book.ts'

/** The rules behind the alerts, and since when they are what they are. One group has all of them. */
export interface RuleBook {
  /** Whether `/api/v1/rules` is answered. */
  isServed: boolean
  /** Since when there are metrics of the group, epoch ms; Infinity: nobody scrapes them. */
  since: number
  /** Since when it has one rule more than before, epoch ms. */
  changedAt: number
  /** When the condition of now held, whether its alert fired by it or not, epoch ms. */
  held: readonly { readonly labels: Readonly<Record<string, string>>; readonly from: number; readonly to: number }[]
  /** The expression of each alert's rule; a metric of the name `burns` where nothing is said. */
  expression: string | undefined
  records: readonly Recording[]
}

/** A rule that records a series. */
export interface Recording {
  readonly name: string
  readonly query: string
  readonly labels?: Readonly<Record<string, string>>
  /** Since when its series is there, epoch ms; of its expression, since when that has a value. */
  readonly since: number
  readonly valueSince: number
  /** Whose series it records, each since when; absent where all have been since `since`. */
  readonly of?: readonly { readonly metric: Readonly<Record<string, string>>; readonly since: number }[]
}

/** A Prometheus that has had its rules for ever. */
export function createRuleBook(): RuleBook {
  return { isServed: true, since: -Infinity, changedAt: -Infinity, held: [], expression: undefined, records: [] }
}

/** A rule for each name that has ever fired. Source: prometheus/prometheus `web/api/v1/api.go` (rules). */
export function listedRules({ expression, records }: RuleBook, book: AlertBook, given: URLSearchParams): readonly unknown[] {
  const asked = given.getAll('rule_name[]')
  if (given.get('type') === 'record') {
    const own = records.filter(({ name }) => asked.length === 0 || asked.includes(name))
    const listed = own.map(({ name, query, labels = {} }) => ({ type: 'recording', name, query, labels, health: 'ok' }))
    return listed.length === 0 ? [] : [{ name: 'slo', file: '/etc/prometheus/rules.yml', interval: 30, rules: listed }]
  }
  const names = [...new Set(book.all().map(({ labels }) => labels['alertname'] ?? ''))].filter(
    (name) => asked.length === 0 || asked.includes(name),
  )
  const rules = names.map((name) => ({
    type: 'alerting',
    name,
    query: expression ?? `burns{alert=${JSON.stringify(name)}}`,
    duration: 0,
    labels: { severity: 'critical', rollout: '{{ $labels.rollout }}' },
    annotations: {},
    health: 'ok',
    state: 'firing',
  }))
  return rules.length === 0 ? [] : [{ name: 'slo', file: '/etc/prometheus/rules.yml', interval: 30, rules }]
}

/** How many rules the group has at a moment; undefined where it has no sample. */
export function groupSizeAt({ since, changedAt }: RuleBook, at: number): number | undefined {
  if (at < since) return undefined
  return at < changedAt ? 1 : 2
}
