import { isFields } from '../rollout/template-shape.ts'

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
    for (const [key, its] of Object.entries(value)) {
      if (key === 'templateName' && typeof its === 'string') found.add(its)
      if (key === 'analysisTemplates' && Array.isArray(its))
        for (const one of its as readonly unknown[]) if (isFields(one) && typeof one['name'] === 'string') found.add(one['name'])
      if (typeof its === 'object' && its !== null) waiting.push(its)
    }
  }
  return [...found].toSorted()
}
