import type { ObjectStore } from '../kubernetes/store.ts'
import type { AnalysisStep, Rollout } from './types.ts'

/**
 * Why a Rollout's spec cannot be followed, in the controller's words; undefined where it can. Only missing templates
 * are looked for.
 */
export function findInvalid(store: ObjectStore, rollout: Rollout): string | undefined {
  const { canary, blueGreen } = rollout.spec.strategy
  const places: { field: string; analysis: AnalysisStep | undefined }[] = [
    ...(canary?.steps ?? []).map((step, index) => ({
      field: `spec.strategy.canary.steps[${index}].analysis.templates`,
      analysis: step.analysis,
    })),
    { field: 'spec.strategy.blueGreen.prePromotionAnalysis.templates', analysis: blueGreen?.prePromotionAnalysis },
    { field: 'spec.strategy.blueGreen.postPromotionAnalysis.templates', analysis: blueGreen?.postPromotionAnalysis },
  ]
  for (const { field, analysis } of places) {
    for (const { templateName } of analysis?.templates ?? []) {
      if (store.get({ plural: 'analysistemplates', namespace: rollout.metadata.namespace, name: templateName }) === undefined) {
        return (
          `The Rollout "${rollout.metadata.name}" is invalid: ${field}: Invalid value: "${templateName}": ` +
          `AnalysisTemplate '${templateName}' not found`
        )
      }
    }
  }
  return undefined
}
