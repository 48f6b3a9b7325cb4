/**
 * Reading of the API server's JSON without building what nobody reads. More than half of an object is `managedFields`; cutting it out of
 * the text saves half of the parsing, and parsing the items of a list one by one lets each die young instead of filling the old heap.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c

const MANAGED_FIELDS = Buffer.from('"managedFields":[')
const ITEMS = Buffer.from('"items":[')

/** Parses one JSON text; `managedFields` reads as empty. @throws SyntaxError */
export function parseWithoutManagedFields(bytes: Buffer): unknown {
  const key = bytes.indexOf(MANAGED_FIELDS)
  if (key === -1 || !opensKey(bytes, key)) return JSON.parse(bytes.toString('utf8'))
  const open = key + MANAGED_FIELDS.length - 1
  const end = endOfValue(bytes, open)
  if (end === -1) return JSON.parse(bytes.toString('utf8'))
  return JSON.parse(`${bytes.toString('utf8', 0, open + 1)}${bytes.toString('utf8', end - 1)}`)
}

/** A list with `items` empty, and its items, each parsed when its turn comes. */
export interface ListText {
  envelope: unknown
  /** @throws SyntaxError */
  items: Iterable<unknown>
}

/** Opens a list's JSON text, in whatever order its members come. @throws SyntaxError */
export function openListText(bytes: Buffer): ListText {
  const key = bytes.indexOf(ITEMS)
  const open = key + ITEMS.length - 1
  const bounds = key === -1 || !opensKey(bytes, key) ? undefined : itemBounds(bytes, open + 1)
  if (bounds === undefined) return openAtOnce(bytes)
  const envelope: unknown = JSON.parse(`${bytes.toString('utf8', 0, open + 1)}${bytes.toString('utf8', bounds.close)}`)
  return { envelope, items: parseItems(bytes, bounds) }
}

// Written with spaces, or no list at all: an API server does not, but something between may.
function openAtOnce(bytes: Buffer): ListText {
  const envelope = JSON.parse(bytes.toString('utf8')) as { items?: unknown } | null
  return { envelope, items: Array.isArray(envelope?.items) ? (envelope.items as unknown[]) : [] }
}

function* parseItems(bytes: Buffer, { starts, ends }: ItemBounds): Generator<unknown> {
  for (let index = 0; index < ends.length; index += 1) yield parseWithoutManagedFields(bytes.subarray(starts[index], ends[index]))
}

// Within a string every quote is escaped, so that these bytes can only be a key, or the end of one that has a quote in it.
function opensKey(bytes: Buffer, at: number): boolean {
  return bytes[at - 1] !== BACKSLASH
}

interface ItemBounds {
  starts: number[]
  ends: number[]
  /** Where the list's `]` stands. */
  close: number
}

function itemBounds(bytes: Buffer, from: number): ItemBounds | undefined {
  const starts: number[] = []
  const ends: number[] = []
  let at = from
  while (bytes[at] === OPEN_BRACE) {
    const end = endOfValue(bytes, at)
    if (end === -1) return undefined
    starts.push(at)
    ends.push(end)
    at = bytes[end] === COMMA ? end + 1 : end
  }
  return bytes[at] === CLOSE_BRACKET ? { starts, ends, close: at } : undefined
}

/** The place after the object or list that begins at `start`; -1 when it does not end. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = endOfString(bytes, at)
      if (at === -1) return -1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at += 1
    else if (byte === QUOTE) return at
  }
  return -1
}
