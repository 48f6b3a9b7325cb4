import type { Forge, PullRequest, SourcePullRequest } from '../../src/ports/forge.ts'

/** One repository on one forge, and what people do on it. */
export interface ForgeWorld extends AsyncDisposable {
  forge: Forge
  /** The branch that PRs go to. */
  base: string
  /** Puts a branch with one commit above the base on the remote; returns its head. */
  branch(name: string): Promise<string>
  /** A person opens a draft of this branch. */
  draft(branch: string): Promise<unknown>
  closeByHuman(number: number): Promise<void>
  /** `grace` merges it. Returns the merge commit. */
  merge(number: number): Promise<string>
  /** Bodies of the comments on a PR. */
  comments(number: number): Promise<readonly string[]>
  labels(number: number): Promise<readonly string[]>
  /** A person puts a label on a PR. */
  label(number: number, label: string): Promise<unknown>
  /** From now on Kedge's account has no right to statuses. */
  refuseStatuses(): unknown
  /** `grace` approves a PR. */
  approve(number: number): Promise<unknown>
  /** Brings a commit to the base through a PR that one person wrote, and another approved and merged. */
  introduce(): Promise<{ commit: string; source: SourcePullRequest }>
}

/** A fresh world, and a pull request in it with one commit of its own. */
export interface ForgeCase {
  world: ForgeWorld
  forge: Forge
  openPullRequest(this: void, branch: string): Promise<PullRequest>
}
