import { KedgeError, type ErrorCode } from './errors.ts'
import { plainText } from './words/plain-text.ts'

/** The people on one pull request. Each name is as the forge spells it and anybody's to choose: never markup. */
export interface PullRequestPeople {
  /** May be a bot. */
  readonly author: string
  /** People only, and not its author. */
  readonly approvers: readonly string[]
  /** May be a bot. Absent where it is not merged, where the forge does not say, and in old documents. */
  readonly mergedBy?: string
  /** Why not all of them are known, as a sentence. Absent where they are. */
  readonly unread?: string
}

/** Who started a sync, by Argo CD's own word: `operation.initiatedBy`, or that of its history. */
export interface SyncStarter {
  /** By the policy of automatic sync; nobody pressed a button. */
  readonly automated: boolean
  /** The account at Argo CD. Absent where it names none: automatic, or somebody wrote the operation into the Application. */
  readonly username?: string
}

/** A forge's answers that say that something may not be read, and will not pass by themselves. */
const CLOSED: readonly ErrorCode[] = [
  'E_FORGE_FORBIDDEN',
  'E_FORGE_NOT_FOUND',
  'E_FORGE_REJECTED',
  'E_FORGE_UNSUPPORTED',
  'E_REPOSITORY_NOT_ALLOWED',
]

/** Why people may not be read, where that is what a fault says: it is told, and nothing waits for it. Undefined for every other fault. */
export function closedWords(fault: unknown): string | undefined {
  return fault instanceof KedgeError && CLOSED.includes(fault.code) ? fault.what : undefined
}

/** Approvers of one pull request that are kept, and the length of one name. */
const MOST_APPROVERS = 50
const MOST_NAME = 100
const MOST_WORDS = 300

/** The same people as the ledger keeps them: lines of bounded length, of bounded number. What was left out is said. */
export function keptPeople({ author, approvers, mergedBy, unread }: PullRequestPeople): PullRequestPeople {
  const left = approvers.length - MOST_APPROVERS
  const why = left > 0 ? `${left} more approvers are not kept` : unread
  return {
    author: plainText(author, MOST_NAME),
    approvers: approvers.slice(0, MOST_APPROVERS).map((name) => plainText(name, MOST_NAME)),
    ...(mergedBy !== undefined && { mergedBy: plainText(mergedBy, MOST_NAME) }),
    ...(why !== undefined && { unread: plainText(why, MOST_WORDS) }),
  }
}

/** Who started a sync, as one line; undefined where Argo CD does not say. */
export function starterWords(starter: SyncStarter | undefined): string | undefined {
  if (starter === undefined) return undefined
  return starter.automated ? 'automatic sync' : plainText(starter.username ?? '', MOST_NAME) || undefined
}
