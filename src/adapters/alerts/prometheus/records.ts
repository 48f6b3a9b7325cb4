import type { PastQueries } from './query.ts'
import { rulesNamed, type Rule } from './rule-list.ts'
import { quote, type Identity } from './selector.ts'

/** More recorded series are not looked at for one alert, nor more words of its expressions. */
const MOST_RECORDS = 24
const MOST_WORDS = 100
/** A recorded series may be made of recorded ones. */
const DEEPEST = 4
/** Between two points at which a series is looked for, and at which its expression is evaluated. */
const STEP_MS = 300_000

/**
 * The rules whose recorded series some expressions read, and those that these read: not such that are about another Rollout or objective.
 * A text is why that is not known.
 */
export async function recordsOf(
  queries: PastQueries,
  expressions: readonly string[],
  { identity, from }: { identity: Identity; from: number },
): Promise<readonly Rule[] | string> {
  const found = new Map<string, Rule>()
  const asked = new Set<string>()
  let next = expressions
  for (let depth = 0; next.length > 0; depth += 1) {
    if (next.some(readsUnnamed)) return 'the expression of its rule reads series that it does not name'
    const words = next.flatMap(wordsOf).filter((word) => !asked.has(word))
    if (words.length === 0) break
    for (const word of words) asked.add(word)
    if (asked.size > MOST_WORDS || depth >= DEEPEST) return 'the expression of its rule reads more than is looked through'
    const listed = await rulesNamed(queries, { type: 'record', names: [...new Set(words)], from, identity })
    if ('detail' in listed) return listed.detail
    const more = listed.filter((rule) => !found.has(idOf(rule)))
    for (const rule of more) found.set(idOf(rule), rule)
    if (found.size > MOST_RECORDS) return `its rule reads more than ${MOST_RECORDS} recorded series`
    next = more.map(({ expression }) => expression)
  }
  return [...found.values()]
}

function idOf({ name, expression, labels, group }: Rule): string {
  return JSON.stringify([name, expression, labels, group])
}

/** The words of PromQL that may name a series; more than those that do. */
function wordsOf(expression: string): readonly string[] {
  return expression.match(/[a-zA-Z_:][\w:]*/g) ?? []
}

/** Whether series are chosen by a pattern of their names, or by one that is quoted, as it is no word. */
function readsUnnamed(expression: string): boolean {
  return /__name__\s*(?:=~|!~|!=)|[{,]\s*(?:"[^"]*"|'[^']*')\s*[,}]/.test(expression)
}

/**
 * Since when a recorded series is what its rule makes of it, epoch ms; -Infinity where it always was, as far as is asked, or where there
 * was nothing to record. Where its expression had a value and the series had none, its rule was not there yet, or was called something
 * else: that the condition of an alert did not hold then says nothing. A text is why that is not known.
 */
export async function recordedSince(
  queries: PastQueries,
  { name, expression, labels }: Rule,
  { identity, from }: { identity: Identity; from: number },
): Promise<number | string> {
  const own = Object.entries({ __name__: name, ...labels }).map(([label, value]) => `${label}=${quote(value)}`)
  // A rule may have been there for other services all the time, and for this one since a minute.
  const open = identity.filter(([label]) => !Object.hasOwn(labels, label))
  const counted = `count by (${open.map(([label]) => label).join(', ')})`
  const told = await queries.range(`${counted} (${expression}) unless ${counted} ({${own.join(',')}})`, from, STEP_MS)
  if (told.result === 'unknown') return `since when what its rule reads is recorded is not known: ${told.detail}`
  const ours = told.series.filter((series) => !open.some(([label, value]) => (series.labels[label] ?? value) !== value))
  return Math.max(-Infinity, ...ours.map(({ samples }) => endOfGap(samples, told.step)))
}

/** One point alone is the moment between the first value and its first record. */
function endOfGap(samples: readonly { at: number }[], step: number): number {
  const last = samples.findLastIndex(({ at }, index) => at - (samples[index - 1]?.at ?? -Infinity) <= step * 1.5)
  return last < 0 ? -Infinity : (samples[last]?.at ?? 0) + step
}
