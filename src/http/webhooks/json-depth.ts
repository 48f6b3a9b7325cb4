const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])

/**
 * Whether arrays and objects nest deeper than `max` anywhere in a JSON text, told without parsing it.
 * V8 parses any depth, but whatever walks the result recursively would overflow the stack.
 */
export function nestsDeeperThan(json: Uint8Array, max: number): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0
    if (quoted) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) quoted = false
    } else if (byte === QUOTE) quoted = true
    else if (OPEN.has(byte)) {
      if (++depth > max) return true
    } else if (CLOSE.has(byte)) depth--
  }
  return false
}
