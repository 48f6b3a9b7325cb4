import { KedgeError, type ErrorCode } from './errors.ts'
import type { HealthStatus } from './health/health.ts'
import type { ServingState } from './rollout/serving.ts'

/** What the exit code of a command says. A contract: scripts and pipelines wait on it. */
export const EXIT = {
  fine: 0,
  /** The answer is bad: split, degraded, a broken chain. */
  bad: 1,
  /** Wrong use or configuration. */
  misuse: 2,
  /** Could not see: unreachable, forbidden, stale. */
  unseen: 3,
  /** The service has ended because its ledger cannot be written any more; started anew, it may be. */
  lost: 4,
  /** The disk under the ledger reported an input/output error. */
  disk: 5,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** How one part of an answer stands. */
export type Standing = 'fine' | 'bad' | 'unseen'

/** One code for an answer in parts: what is known to be bad counts, whatever could not be seen beside it. */
export function exitCodeOf(standings: readonly Standing[]): ExitCode {
  if (standings.includes('bad')) return EXIT.bad
  return standings.includes('unseen') ? EXIT.unseen : EXIT.fine
}

/** How a Rollout in this state stands. What rolls is fine until it fails. */
export function standingOfState(serving: ServingState): Standing {
  if (serving === 'in-step' || serving === 'rolling') return 'fine'
  return serving === 'unknown' ? 'unseen' : 'bad'
}

/** How an object with this health stands. */
export function standingOfHealth(status: HealthStatus): Standing {
  if (status === 'Degraded' || status === 'Missing') return 'bad'
  return status === 'Unknown' ? 'unseen' : 'fine'
}

/**
 * What a fault says of who has to do something. `unanswered`: nobody answered, or not as they should, so it may be well or
 * not. `barred`: somebody answered, and would not let Kedge look.
 */
type FaultClass = 'broken' | 'misuse' | 'unanswered' | 'barred' | 'disk'

const FAULTS: Readonly<Record<ErrorCode, FaultClass>> = {
  E_INTERNAL: 'unanswered',
  E_CONFIG_INVALID: 'misuse',
  E_LEDGER_OPEN: 'misuse',
  E_LEDGER_LOCKED: 'misuse',
  E_LEDGER_NEWER: 'misuse',
  E_LEDGER_NOT_EMPTY: 'misuse',
  E_LEDGER_NO_LOG: 'broken',
  E_LEDGER_LOST: 'misuse',
  E_LEDGER_BROKEN: 'broken',
  E_LEDGER_DOCUMENT: 'broken',
  E_LEDGER_WRITE: 'misuse',
  E_LEDGER_DISK: 'disk',
  E_LEDGER_UNREACHABLE: 'unanswered',
  E_LEDGER_BEHIND: 'unanswered',
  E_LEDGER_FENCED: 'misuse',
  E_LEDGER_OLDER: 'unanswered',
  E_LEDGER_REWRITTEN: 'broken',
  E_LEDGER_TRUNCATED: 'broken',
  E_CHECKPOINT_KEY: 'broken',
  E_CHECKPOINT_UNPROVEN: 'broken',
  E_ATTESTATION_UNPROVEN: 'broken',
  E_CHECKPOINT_WRITE: 'misuse',
  E_SIGNING_KEY: 'misuse',
  E_COMMAND_UNKNOWN: 'unanswered',
  E_COMMAND_FAILED: 'unanswered',
  E_FORGE_UNREACHABLE: 'unanswered',
  E_FORGE_RATE_LIMITED: 'unanswered',
  E_FORGE_AUTH: 'barred',
  E_FORGE_FORBIDDEN: 'barred',
  E_FORGE_NO_STATUS: 'barred',
  E_FORGE_NOT_FOUND: 'barred',
  E_FORGE_REJECTED: 'barred',
  E_FORGE_COMMIT: 'barred',
  E_FORGE_COMMIT_DIFFERS: 'barred',
  E_FORGE_UNSUPPORTED: 'misuse',
  E_ANNOUNCE_REFUSED: 'barred',
  E_REPOSITORY_NOT_ALLOWED: 'misuse',
  E_CLUSTER_CONFIG: 'misuse',
  E_CLUSTER_UNREACHABLE: 'unanswered',
  // A token that has run out says nothing of what it could see.
  E_CLUSTER_AUTH: 'unanswered',
  E_CLUSTER_FORBIDDEN: 'barred',
  E_CLUSTER_ABSENT: 'barred',
  E_CLUSTER_ANSWER: 'unanswered',
  E_ALERTS_UNREACHABLE: 'unanswered',
  E_RENDERER_UNREACHABLE: 'unanswered',
  E_RENDERER_REFUSED: 'barred',
  E_REGISTRY_UNREACHABLE: 'unanswered',
  E_GIT_UNREACHABLE: 'unanswered',
  E_GIT_TIMEOUT: 'unanswered',
  E_GIT_AUTH: 'barred',
  E_GIT_REFUSED: 'barred',
  E_GIT_BROKEN_MIRROR: 'misuse',
  E_GIT_COMMIT_GONE: 'barred',
  E_GIT_BAD_INPUT: 'misuse',
  E_GIT_MALFORMED: 'misuse',
  E_GIT_PROGRAM: 'misuse',
  E_NOTIFIER_UNREACHABLE: 'unanswered',
  E_NOTIFIER_RATE_LIMITED: 'unanswered',
  E_NOTIFIER_AUTH: 'barred',
  E_NOTIFIER_REJECTED: 'barred',
  E_NOTIFIER_CHANNEL_NOT_ALLOWED: 'misuse',
  E_LISTEN: 'misuse',
  E_HTTP_BAD_REQUEST: 'misuse',
  E_HTTP_FORBIDDEN: 'misuse',
  E_HTTP_HOST: 'misuse',
  E_HTTP_TOO_MANY: 'unanswered',
  E_HTTP_NOT_FOUND: 'misuse',
  E_HTTP_UNAVAILABLE: 'unanswered',
  E_WEBHOOK_NOT_CONFIGURED: 'misuse',
  E_WEBHOOK_UNAUTHORIZED: 'misuse',
  E_WEBHOOK_TOO_LARGE: 'misuse',
  E_WEBHOOK_MALFORMED: 'misuse',
  E_SERVER_UNREACHABLE: 'unanswered',
  E_SERVER_ANSWER: 'unanswered',
  E_PUBLIC_URL: 'misuse',
  E_FILE_UNREADABLE: 'misuse',
  E_INIT_ANSWER: 'misuse',
  E_INIT_EXISTS: 'misuse',
  E_MANIFEST_MALFORMED: 'misuse',
  E_RECORDING_UNREADABLE: 'misuse',
}

/** The code of a command that a fault has ended. What has no code is a fault of Kedge, which has seen nothing then. */
export function exitCodeOfFault(fault: unknown): ExitCode {
  const what = fault instanceof KedgeError ? FAULTS[fault.code] : 'unanswered'
  if (what === 'broken') return EXIT.bad
  if (what === 'disk') return EXIT.disk
  return what === 'misuse' ? EXIT.misuse : EXIT.unseen
}

/** The code of a service that has ended because its ledger cannot be written any more. */
export function exitCodeOfLoss({ code }: KedgeError): ExitCode {
  return FAULTS[code] === 'disk' ? EXIT.disk : EXIT.lost
}

/** Whether a fault leaves open how things are: nobody answered, so nothing was found wrong either. */
export function isUnanswered(fault: unknown): boolean {
  return !(fault instanceof KedgeError) || FAULTS[fault.code] === 'unanswered'
}
