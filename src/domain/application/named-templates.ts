import { isFields, type Fields } from '../rollout/template-shape.ts'

/** More is not looked at: what has so much in it is taken for one that names anything. */
const MOST_VALUES = 20_000

/** What an object refers to cannot be told. */
export const ANY_TEMPLATE = '*'

/**
 * The AnalysisTemplates that an object refers to, by their names: Argo's own kinds do so in `templateName`, wherever that is, Kargo's
 * Stages in `analysisTemplates[].name`. Source: argo-rollouts `pkg/apis/rollouts/v1alpha1/{types,analysis_types,experiment_types}.go`.
 */
export function namedTemplates(manifest: unknown): readonly string[] {
  const found = new Set<string>()
  const waiting: unknown[] = [manifest]
  for (let looked = 0; waiting.length > 0; looked += 1) {
    if (looked === MOST_VALUES) return [ANY_TEMPLATE]
    const value = waiting.pop()
    if (Array.isArray(value)) for (const its of value as readonly unknown[]) waiting.push(its)
    if (Array.isArray(value) || !isFields(value)) continue
    for (const name of namedIn(value)) found.add(name)
    for (const its of Object.values(value)) if (typeof its === 'object' && its !== null) waiting.push(its)
  }
  return [...found].toSorted()
}

function namedIn({ templateName, analysisTemplates }: Fields): readonly string[] {
  const all = Array.isArray(analysisTemplates) ? (analysisTemplates as readonly unknown[]) : []
  return [templateName, ...all.map((one) => (isFields(one) ? one['name'] : undefined))].filter((name) => typeof name === 'string')
}
