import type { Spell } from '../../../domain/alert/alert.ts'
import type { PastQueries } from './query.ts'
import { recordedSince, recordsOf } from './records.ts'
import { rulesNamed, type Rule } from './rule-list.ts'
import { quote, type Identity } from './selector.ts'
import { spellsIn } from './spells.ts'

/** What the rules themselves say of the time before: since when they are known to be there, and when their condition held. */
export type RulesTold =
  | { readonly result: 'told'; /** Epoch ms. */ readonly since: number; readonly held: readonly Spell[] }
  | { readonly result: 'unknown'; readonly detail: string }

/** Between two points at which a rule's condition is evaluated: it may be a costly one. */
const HELD_STEP_MS = 300_000
/** In the last hours, in which most promotions lie that an alert is held against, more closely. */
const NEAR_MS = 3 * 3_600_000
const NEAR_STEP_MS = 60_000
/** Between two points at which a group is looked for, and how long its last sample counts: Prometheus scrapes itself each minute, or so. */
const GROUP_STEP_MS = 60_000
const GROUP_WINDOW = '2m'
const NO_METRICS = 'Prometheus keeps no metrics of its own rules (it has to scrape itself)'
/** More conditions are not evaluated for one alert. */
const MOST_RULES = 12

/**
 * That no alert fired says nothing where its rule is newer than that, or was another one: so its condition of now is evaluated for then,
 * and Prometheus's own metric of the rule's group has to be there, with the same number of rules. Where that condition reads series that
 * other rules record, they have to have been recorded then.
 * Source: `prometheus_rule_group_rules`: prometheus/prometheus `rules/group.go`.
 */
export async function askRules(queries: PastQueries, name: string, identity: Identity, from: number): Promise<RulesTold> {
  const listed = await rulesNamed(queries, { type: 'alert', names: [name], identity, from })
  if ('detail' in listed) return { result: 'unknown', detail: listed.detail }
  if (listed.length === 0)
    return { result: 'unknown', detail: 'Prometheus lists no rule of its name, so since when there is one is not known' }
  if (listed.length > MOST_RULES) return { result: 'unknown', detail: `more than ${MOST_RULES} rules have its name` }
  const records = await recordsOf(
    queries,
    listed.map(({ expression }) => expression),
    { identity, from },
  )
  if (typeof records === 'string') return { result: 'unknown', detail: records }
  const groups = [...new Set([...listed, ...records].map(({ group }) => group))]
  const [known, held] = await Promise.all([
    Promise.all([
      ...groups.map((group) => sinceOf(queries, group, from)),
      ...records.map((rule) => recordedSince(queries, rule, { identity, from })),
    ]),
    Promise.all(listed.map((rule) => heldOf(queries, rule, identity, from))),
  ])
  const untold = [...known, ...held].find((one) => typeof one === 'string')
  if (untold !== undefined) return { result: 'unknown', detail: untold }
  const since = Math.max(...known.filter((one) => typeof one === 'number'))
  return { result: 'told', since, held: held.flatMap((one) => (typeof one === 'string' ? [] : one)) }
}

/** Why nothing can be told of rules, whichever they are, a clause; undefined where it can. */
export async function whyNoRules(queries: PastQueries, from: number): Promise<string | undefined> {
  const [listed, told] = await Promise.all([
    rulesNamed(queries, { type: 'alert', names: ['kedge-doctor'], identity: [], from }),
    queries.range(groupsAsked(''), from, GROUP_STEP_MS),
  ])
  if ('detail' in listed) return listed.detail
  if (told.result === 'unknown') return told.detail
  return told.series.length === 0 ? NO_METRICS : undefined
}

function groupsAsked(selector: string): string {
  return `max(max_over_time(prometheus_rule_group_rules${selector}[${GROUP_WINDOW}]))`
}

/** Since when a group is there without a gap and with as many rules as now, epoch ms; why that is not known. */
async function sinceOf(queries: PastQueries, group: string, from: number): Promise<number | string> {
  const told = await queries.range(groupsAsked(`{rule_group=${quote(group)}}`), from, GROUP_STEP_MS)
  if (told.result === 'unknown') return told.detail
  const samples = told.series[0]?.samples ?? []
  if (samples.length === 0) return `since when its rule is there is not known: ${NO_METRICS}`
  const cut = samples.findLastIndex(({ at, value }, index) => {
    const before = samples[index - 1]
    return before !== undefined && (at - before.at > told.step * 1.5 || value !== before.value)
  })
  return samples[Math.max(cut, 0)]?.at ?? Infinity
}

/** When a rule's condition held for what the alert is about; why that is not known. */
async function heldOf(
  queries: PastQueries,
  { expression, labels }: Rule,
  identity: Identity,
  from: number,
): Promise<readonly Spell[] | string> {
  // Pods and versions are none of it.
  const open = identity.filter(([label]) => !Object.hasOwn(labels, label))
  const query = `max by (${open.map(([label]) => label).join(', ')}) (${expression})`
  const told = await Promise.all([
    queries.range(query, from, HELD_STEP_MS),
    queries.range(query, queries.near(from, NEAR_MS), NEAR_STEP_MS),
  ])
  const spells: Spell[] = []
  for (const one of told) {
    if (one.result === 'unknown') return `whether the condition of its rule held before is not known: ${one.detail}`
    const own = one.series.filter((series) => !open.some(([label, value]) => (series.labels[label] ?? value) !== value))
    spells.push(...own.flatMap(({ samples }) => spellsIn(samples, one.step, 0)))
  }
  return spells
}
