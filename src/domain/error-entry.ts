/** What is said of a kind of fault, whatever the value that caused it. */
export interface ErrorEntry {
  /** Whether trying the same thing again later may help. */
  retryable: boolean
  /** What a person should do, in one or two sentences. */
  advice: string
}
