import { readPlainYaml, type List, type Mapping, type Piece, type Text } from './plain-yaml.ts'

/** One file in three states: at N, as the release left it, and as it is now, after others have changed it as well. */
export interface ThreeStates {
  good: string
  bad: string
  now: string
}

/**
 * `text`: the file as it is now, but for the fields that the release changed, which are as at N again. `back`: they are so already.
 * `refused`: why that cannot be told for certain, a clause for people.
 */
export type PutBack = { result: 'text'; text: string; fields: readonly string[] } | { result: 'back' } | { result: 'refused'; why: string }

class Refused extends Error {}

/**
 * Takes back what a release changed in a file of plain YAML, field by field. What stood at N goes in as it was written there; not a byte
 * beside it changes, and the file is never written anew. Refused where the release did more than to give fields other values, or where one
 * of them has been changed since. `parse`: shared by all that is asked of the same files.
 */
export async function putBack({ good, bad, now }: ThreeStates, parse: Parse = createParse()): Promise<PutBack> {
  const read = async (text: string): Promise<readonly Piece[]> => {
    const documents = await parse(text)
    if (typeof documents === 'string') throw new Refused(documents)
    return documents
  }
  try {
    const [before, after, present] = [await read(good), await read(bad), await read(now)]
    const found: Found = { edits: new Map(), fields: [], back: 0 }
    compareDocuments(before, after, { now: present, found })
    if (found.edits.size === 0 && found.back > 0) return { result: 'back' }
    if (found.back > 0) throw new Refused('some of what the release changed in it is back already')
    const text = splice(now, found.edits)
    insistOnProof(present, await read(text), found.edits)
    return { result: 'text', text, fields: found.fields }
  } catch (error) {
    if (error instanceof Refused) return { result: 'refused', why: error.message }
    throw error
  }
}

/** See `readPlainYaml`. */
export type Parse = (text: string) => Promise<ReturnType<typeof readPlainYaml>>

/** Parses each text once, however often it is asked for, and keeps it. Others get their turn before each. */
export function createParse(): Parse {
  const parsed = new Map<string, ReturnType<typeof readPlainYaml>>()
  return async (text) => {
    const known = parsed.get(text)
    if (known !== undefined) return known
    await new Promise((resolve) => setImmediate(resolve))
    const documents = readPlainYaml(text)
    parsed.set(text, documents)
    return documents
  }
}

type Edits = Map<Text, string>

interface Found {
  /** What stands in the file now, and what takes its place. */
  edits: Edits
  fields: string[]
  /** How many fields are as at N already. */
  back: number
}

/** The piece of the present file at the same place; undefined where there is none, or it is not certain to be the same. */
interface Walk {
  now: Piece | undefined
  path: string
  found: Found
}

function compareDocuments(good: readonly Piece[], bad: readonly Piece[], { now, found }: { now: readonly Piece[]; found: Found }): void {
  if (!isSameList(good, bad, objectName)) throw new Refused('the release has added, taken away or renamed documents in it')
  const isOne = bad.length === 1 && isSameList(bad, now, objectName)
  const isThere = isOne || isPlaced(good, bad, { now, nameOf: objectName })
  for (const [index, document] of bad.entries()) {
    const before = good[index]
    const path = bad.length === 1 ? '' : `${bare(objectName(document)) ?? `document ${index + 1}`}: `
    if (before) compare(before, document, { now: isThere ? now[index] : undefined, path, found })
  }
}

function compare(good: Piece, bad: Piece, walk: Walk): void {
  if (good.kind === 'scalar' && bad.kind === 'scalar') compareText(good, bad, walk)
  else if (good.kind === 'map' && bad.kind === 'map') compareMaps(good, bad, walk)
  else if (good.kind === 'list' && bad.kind === 'list') compareLists(good, bad, walk)
  else throw new Refused(`the release has made something else of ${walk.path || 'it'}`)
}

function compareMaps(good: Mapping, bad: Mapping, { now, path, found }: Walk): void {
  const isSameMap = good.entries.size === bad.entries.size && [...bad.entries.keys()].every((name) => good.entries.has(name))
  if (!isSameMap) throw new Refused(`the release has added or taken away fields in ${path || 'it'}`)
  for (const [name, after] of bad.entries) {
    const before = good.entries.get(name)
    if (before) compare(before, after, { now: now?.kind === 'map' ? now.entries.get(name) : undefined, path: below(path, name), found })
  }
}

function compareLists(good: List, bad: List, { now, path, found }: Walk): void {
  if (!isSameList(good.items, bad.items, itemName))
    throw new Refused(`the release has added, taken away or renamed entries of ${path || 'it'}`)
  const present = now?.kind === 'list' && isPlaced(good.items, bad.items, { now: now.items, nameOf: itemName }) ? now.items : []
  for (const [index, after] of bad.items.entries()) {
    const before = good.items[index]
    const place = `${path}[${bare(itemName(after)) ?? index}]`
    if (before) compare(before, after, { now: present[index], path: place, found })
  }
}

/** Whether each piece is where it was. One without a name may have taken the place of another that looks like it: all must be as it was. */
function isPlaced(good: readonly Piece[], bad: readonly Piece[], { now, nameOf }: { now: readonly Piece[]; nameOf: NameOf }): boolean {
  if (isEachNamed(bad, nameOf)) return isSameList(bad, now, nameOf)
  return isSame(list(bad), list(now)) || isSame(list(good), list(now))
}

function compareText(good: Text, bad: Text, { now, path, found }: Walk): void {
  if (good.source === bad.source) return
  const field = path || 'its only value'
  if (!good.isSimple || !bad.isSimple) throw new Refused(`${field} is empty, or text of several lines`)
  if (now?.kind !== 'scalar' || (now.source !== bad.source && now.source !== good.source))
    throw new Refused(`${field} has been changed since, or what it stands in`)
  if (now.source === good.source) found.back += 1
  else {
    found.edits.set(now, good.source)
    found.fields.push(field)
  }
}

/** Without its quotes. */
function bare(name: string | undefined): string | undefined {
  return name?.replaceAll(/["']/g, '')
}

function below(path: string, name: string): string {
  return path === '' || path.endsWith(': ') ? `${path}${name}` : `${path}.${name}`
}

type NameOf = (piece: Piece) => string | undefined

/** As many, and of the same names in the same order; where they have none, that is the same, too. */
function isSameList(one: readonly Piece[], other: readonly Piece[], nameOf: NameOf): boolean {
  return one.length === other.length && one.every((piece, index) => other[index] !== undefined && nameOf(piece) === nameOf(other[index]))
}

function isEachNamed(pieces: readonly Piece[], nameOf: NameOf): boolean {
  const names = new Set(pieces.map(nameOf))
  return names.size === pieces.length && !names.has(undefined)
}

/** The names of the pieces; none at all where two have the same, or one has none. */
export function nameEach(pieces: readonly Piece[], nameOf: NameOf): readonly string[] {
  return isEachNamed(pieces, nameOf) ? pieces.map((piece) => nameOf(piece) ?? '') : []
}

/** What an entry of a list is called. */
export const itemName: NameOf = (item) => textAt(item, 'name')

/** What a document of a manifest is called: its kind and its name. */
export const objectName: NameOf = (document) => {
  const kind = textAt(document, 'kind')
  const metadata = document.kind === 'map' ? document.entries.get('metadata') : undefined
  const name = metadata && textAt(metadata, 'name')
  if (kind === undefined || name === undefined) return undefined
  return [kind, metadata && textAt(metadata, 'namespace'), name].filter((part) => part !== undefined).join(' ')
}

function textAt(piece: Piece, name: string): string | undefined {
  const text = piece.kind === 'map' ? piece.entries.get(name) : undefined
  return text?.kind === 'scalar' ? text.source : undefined
}

const list = (items: readonly Piece[]): Piece => ({ kind: 'list', items })

/** Whether two pieces say the same; where `edits` has other words for what stands in the one, the other has these. */
function isSame(one: Piece, other: Piece, edits: Edits = new Map()): boolean {
  if (one.kind === 'scalar') return other.kind === 'scalar' && (edits.get(one) ?? one.source) === other.source
  if (one.kind === 'list')
    return (
      other.kind === 'list' &&
      one.items.length === other.items.length &&
      one.items.every((item, index) => other.items[index] !== undefined && isSame(item, other.items[index], edits))
    )
  if (other.kind !== 'map' || one.entries.size !== other.entries.size) return false
  return [...one.entries].every(([name, piece]) => {
    const there = other.entries.get(name)
    return there !== undefined && isSame(piece, there, edits)
  })
}

function splice(text: string, edits: Edits): string {
  let spliced = ''
  let from = 0
  for (const [{ start, end }, source] of [...edits].sort(([a], [b]) => a.start - b.start)) {
    spliced += text.slice(from, start) + source
    from = end
  }
  return spliced + text.slice(from)
}

/** What is plain text in one place may be more in another, as a comma in braces: what was made is read again. */
function insistOnProof(now: readonly Piece[], made: readonly Piece[], edits: Edits): void {
  if (!isSame(list(now), list(made), edits)) throw new Refused('what stood at N would be read as something else where it goes')
}
