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
