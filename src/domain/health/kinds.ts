/** The kinds of `argoproj.io` that there is a health rule for, here and in lua-health. */
export const HEALTH_KINDS = ['Rollout', 'AnalysisRun', 'Experiment'] as const
