/** Who a commit is by. */
export interface Person {
  readonly name: string
  readonly email: string
}

/** How the commits of reverts are made for one forge, as the configuration says. */
export interface CommitRules {
  /** `push`: Kedge makes the commit and pushes it. `api`: the forge makes it, and signs it where it signs its own. */
  readonly via: 'push' | 'api'
  /** Undefined: {@link KEDGE}; of a commit that the forge makes, whom the forge takes. */
  readonly author: Person | undefined
  /** Whether the author's `Signed-off-by` closes the message (https://developercertificate.org). */
  readonly signOff: boolean
  /** Put before the subject, as it is; it may be empty. */
  readonly prefix: string
}

/** Who the revert commit is by where nothing is said: the same for ever, so that building it again gives the same SHA. */
export const KEDGE: Person = { name: 'Kedge', email: 'kedge@users.noreply.invalid' }

export const DEFAULT_COMMITS: CommitRules = { via: 'push', author: undefined, signOff: false, prefix: '' }
