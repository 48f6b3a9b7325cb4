/** The Experiment of a release, as it is at this moment. */
export interface ExperimentNow {
  /** The very same object is there. */
  readonly isThere: boolean
  /** It has ended as Failed: an error is none. */
  readonly hasFailed: boolean
  /** What was measured is known. */
  readonly isMeasured: boolean
}
