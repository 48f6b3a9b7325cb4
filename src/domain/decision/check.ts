/** The pre-flight checks, in the order of their numbers. */
export const CHECK_IDS = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12'] as const

export type CheckId = (typeof CHECK_IDS)[number]

/** One pre-flight check with its outcome. `skipped`: an earlier one failed, so it could not be asked. */
export interface Check {
  readonly id: CheckId
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly detail: string
}
