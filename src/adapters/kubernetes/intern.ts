import type { Intern } from './snapshots/fields.ts'

const SHARED = 50_000
const SHARED_LENGTH = 512

/** Shares equal texts; bounded, because what a cluster says is not: when full it starts anew, which costs only sharing. */
export function createIntern(): Intern {
  const texts = createPool((text) => text)
  const lists = createPool((text): readonly string[] => Object.freeze([text]))
  const share = (text: string): string => (text.length > SHARED_LENGTH ? text : texts(text))
  return Object.assign(share, { alone: (text: string) => (text.length > SHARED_LENGTH ? [text] : lists(text)) })
}

function createPool<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const shared = known.get(text)
    if (shared !== undefined) return shared
    if (known.size >= SHARED) known.clear()
    const made = make(text)
    known.set(text, made)
    return made
  }
}
