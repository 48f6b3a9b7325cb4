import { sameQuantity } from './quantity.ts'
import { isFields, isUnset, own, type Fields, type Shape } from './template-shape.ts'

/** What comparing may cost: a template that a person wrote has some hundred places. */
const MOST_PLACES = 50_000
/** Deeper than anybody writes; two values are told apart down to here. */
export const MOST_DEPTH = 64
const MOST_PATHS = 500

/** Where two values differ, by path and never by value. */
export interface Differences {
  paths: readonly string[]
  /** All of them are in `paths`. */
  complete: boolean
  /** Items that are found by name stand in another order. */
  reordered: boolean
}

export interface CompareRules {
  shape: Shape
  /** Whether the second may hold, beside defaults, what the first does not say. */
  mayAdd(path: string, name: string, value: unknown): boolean
  /** Without them, what only one of the two says is a difference. */
  withDefaults: boolean
  /** Hears of each difference with what stands there. */
  differs?: (path: string, first: unknown, second: unknown) => void
}

interface Walk extends CompareRules {
  paths: string[]
  places: number
  reordered: boolean
  complete: boolean
}

interface Pair {
  first: unknown
  second: unknown
  shape: Shape
  path: string
  depth: number
}

/** Holds the first value against the second; undefined when that would cost too much. */
export function compareFields(first: unknown, second: unknown, rules: CompareRules): Differences | undefined {
  const walk: Walk = { ...rules, paths: [], places: 0, reordered: false, complete: true }
  if (!compare(walk, { first, second, shape: rules.shape, path: '', depth: 0 })) return undefined
  return { paths: walk.paths, complete: walk.complete, reordered: walk.reordered }
}

/** False once it costs too much. */
function compare(walk: Walk, pair: Pair): boolean {
  walk.places += 1
  if (walk.places > MOST_PLACES || pair.depth > MOST_DEPTH) return false
  const { first, second, shape } = pair
  if (Array.isArray(first) && Array.isArray(second)) return compareLists(walk, pair, [first, second])
  if (isFields(first) && isFields(second)) return compareMaps(walk, pair, [first, second])
  if (!isSameScalar(first, second, shape)) differ(walk, pair.path, [first, second])
  return true
}

/** Whether two values of one place say the same. */
export function isSameScalar(first: unknown, second: unknown, { scalar }: Shape): boolean {
  if (first === second) return true
  if (scalar === 'quantity') return sameQuantity(first, second)
  return scalar === 'int-or-string' && isIntOrString(first) && isIntOrString(second) && String(first) === String(second)
}

function isIntOrString(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string'
}

function compareMaps(walk: Walk, { shape, path, depth }: Pair, [first, second]: readonly [Fields, Fields]): boolean {
  const isThere = (fields: Fields, name: string): boolean =>
    Object.hasOwn(fields, name) && (shape.names === true ? fields[name] !== null : !isUnset(name, fields[name]))
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const place = `${path}${path === '' ? '' : '.'}${show(name)}`
    const inner: Pair = {
      first: first[name],
      second: second[name],
      shape: own(shape.fields, name) ?? shape.each ?? {},
      path: place,
      depth: depth + 1,
    }
    const [before, after] = [isThere(first, name), isThere(second, name)]
    if (!before && !after) continue
    if (before && after) {
      if (!compare(walk, inner)) return false
      continue
    }
    const byDefault = after && walk.withDefaults ? defaultOf(shape, name, first) : undefined
    if (byDefault !== undefined) {
      if (!compare(walk, { ...inner, first: byDefault })) return false
    } else if (before || !walk.mayAdd(path, name, second[name])) differ(walk, place, [inner.first, inner.second])
  }
  return true
}

function defaultOf(shape: Shape, name: string, beside: Fields): unknown {
  const found: unknown = own(shape.defaults, name)
  return typeof found === 'function' ? (found as (beside: Fields) => unknown)(beside) : found
}

function compareLists(walk: Walk, pair: Pair, [first, all]: readonly [readonly unknown[], readonly unknown[]]): boolean {
  const { added, key } = pair.shape
  const second = walk.withDefaults && added && all.length > first.length ? all.filter((item) => !added(item)) : all
  const names = key === undefined ? undefined : [namesOf(first, key), namesOf(second, key)]
  if (names?.[0] && names[1]) return compareNamed(walk, pair, [first, names[0], second, names[1]])
  if (first.length !== second.length) {
    differ(walk, pair.path, [first, second])
    return true
  }
  return first.every((item, index) => compare(walk, itemOf(pair, item, second[index], String(index))))
}

function itemOf({ shape, path, depth }: Pair, first: unknown, second: unknown, name: string): Pair {
  return { first, second, shape: shape.each ?? {}, path: `${path}[${show(name)}]`, depth: depth + 1 }
}

/** The names of the items, `name#2` for the second of one name; undefined where one has none. */
function namesOf(list: readonly unknown[], key: string): readonly string[] | undefined {
  const seen = new Map<string, number>()
  const names: string[] = []
  for (const item of list) {
    const name = isFields(item) ? own(item, key) : undefined
    if (typeof name !== 'string') return undefined
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    names.push(count === 1 ? name : `${name}#${count}`)
  }
  return names
}

type Named = readonly [readonly unknown[], readonly string[], readonly unknown[], readonly string[]]

function compareNamed(walk: Walk, pair: Pair, [first, firstNames, second, secondNames]: Named): boolean {
  const places = new Map(secondNames.map((name, index) => [name, index]))
  for (const [index, name] of firstNames.entries()) {
    const at = places.get(name)
    if (at === undefined) differ(walk, `${pair.path}[${show(name)}]`, [first[index], undefined])
    else if (!compare(walk, itemOf(pair, first[index], second[at], name))) return false
    places.delete(name)
  }
  for (const [name, at] of places) differ(walk, `${pair.path}[${show(name)}]`, [undefined, second[at]])
  if (firstNames.some((name, index) => name !== secondNames[index])) walk.reordered = true
  return true
}

function differ(walk: Walk, path: string, [first, second]: readonly [unknown, unknown]): void {
  walk.differs?.(path, first, second)
  if (walk.paths.length < MOST_PATHS) walk.paths.push(path)
  else walk.complete = false
}

/** A name inside a path. Names are hostile too: what Kubernetes would not take for one is not repeated. */
function show(name: string): string {
  return isShown(name) ? name : '?'
}

/** Whether people may read a name in a path. */
export function isShown(name: string): boolean {
  return /^[\w][\w./#-]{0,99}$/.test(name)
}
