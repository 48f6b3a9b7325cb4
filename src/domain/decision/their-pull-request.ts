/** A person's open PR that restores what a revert of Kedge's would. */
export interface TheirPullRequest {
  readonly number: number
  readonly url: string
}
