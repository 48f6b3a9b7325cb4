import { JSONPath } from 'jsonpath-plus'

/**
 * Whether a text is a JSONPath that can be asked of a stranger's JSON: it begins at the root and has no filter and no
 * script, which `eval: false` refuses. Asked at load, so that a bad path is a fault of the configuration and not of
 * every delivery.
 */
export function isMappingPath(text: string): boolean {
  if (!text.startsWith('$') || text.length > 500 || /[(){}]/.test(text)) return false
  try {
    JSONPath({ path: text, json: { a: [{ b: 1 }] }, eval: false, wrap: true })
    return true
  } catch {
    return false
  }
}

/** The first text that a path finds in a stranger's JSON. `eval: false`: the path is the admin's, and never code. */
export function textAt(json: object, path: string): string | undefined {
  const plain = /^\$\.(labels|annotations)\.([A-Za-z_]\w*)$/.exec(path)
  // Many alerts may come at once, and most paths are as plain as this.
  if (plain) return own(own(json, plain[1] ?? ''), plain[2] ?? '')
  const found: unknown = JSONPath({ path, json, eval: false, wrap: true })
  const first: unknown = Array.isArray(found) ? found[0] : undefined
  return typeof first === 'string' ? first : undefined
}

function own(value: unknown, name: string): string | undefined
function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

/** The label that a path leads to; undefined where it leads elsewhere. */
export function labelOf(path: string): string | undefined {
  return /^\$\.labels\.([A-Za-z_]\w*)$/.exec(path)?.[1]
}
