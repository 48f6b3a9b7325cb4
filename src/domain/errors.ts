import { ALERT_ERRORS } from './alert/errors.ts'
import type { ErrorEntry } from './error-entry.ts'
import { FILE_ERRORS } from './file-errors.ts'
import { LISTENER_ERRORS } from './listener-errors.ts'
import { PROOF_ERRORS } from './proof-errors.ts'

/** Everything a person can be told went wrong, by code. Each code has a heading in docs/runbook.md (a test keeps it so). */
export const ERRORS = {
  E_INTERNAL: { retryable: false, advice: 'This is a fault of Kedge. Report it with the log line and the ledger record it names.' },
  E_CONFIG_INVALID: {
    retryable: false,
    advice: 'Correct the lines that the message names. docs/configuration.md lists every key; `kedge config validate` checks again.',
  },
  E_LEDGER_OPEN: {
    retryable: false,
    advice:
      'Check that the path in `ledger.path` is right and that this user may read and write the file and its folder. ' +
      'The volume needs room and must not be mounted read-only.',
  },
  E_LEDGER_LOCKED: {
    retryable: false,
    advice: 'Only one Kedge may write to a ledger. Stop the other one, or give this one its own `ledger.path`.',
  },
  E_LEDGER_NEWER: {
    retryable: false,
    advice: 'A newer Kedge has written this ledger. Run that version or a later one; there is no way back to an older schema.',
  },
  E_LEDGER_NOT_EMPTY: {
    retryable: false,
    advice: 'Name a place where nothing is yet. `kedge ledger restore --replace` puts a ledger that has records aside first.',
  },
  E_LEDGER_NO_LOG: {
    retryable: false,
    advice:
      'Copy the -wal file, too, or restore what `kedge ledger backup` wrote. `kedge ledger restore FILE --without-log` takes the file ' +
      'as it is: what stood in the log alone is lost.',
  },
  E_LEDGER_LOST: {
    retryable: false,
    advice: 'Where files were removed, put them back or restore the last backup. Then start Kedge again: it reads what the ledger has.',
  },
  E_LEDGER_WRITE: {
    retryable: true,
    advice: 'Free space on the volume of the ledger, or make it writable. Nothing was half written; Kedge acts again once it can record.',
  },
  E_LEDGER_DISK: {
    retryable: false,
    advice:
      'The disk may be failing. A ledger in a file: start Kedge again; where it ends so once more, copy the ledger and its -wal to a ' +
      'healthy volume. In a database: look at the log and the disk of its server; Kedge goes on by itself.',
  },
  E_LEDGER_UNREACHABLE: {
    retryable: true,
    advice:
      'Nothing to do unless it lasts: Kedge tries again, and acts again once it can record. Check the database server, its failover, and ' +
      'the network path to it.',
  },
  E_LEDGER_BEHIND: { retryable: true, advice: 'Nothing to do: what the other Kedge has appended was read, and this is decided anew.' },
  E_LEDGER_FENCED: {
    retryable: false,
    advice: 'Nothing to do where one Kedge has replaced another: this one writes no more. Else stop all but one of them.',
  },
  ...PROOF_ERRORS,
  ...ALERT_ERRORS,
  E_FORGE_UNREACHABLE: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again. Check the network path and the status page of the forge.',
  },
  E_FORGE_RATE_LIMITED: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge waits as long as the forge asks. An app has a limit of its own; a token shares one.',
  },
  E_FORGE_AUTH: {
    retryable: true,
    advice:
      'Renew the token or the private key of the App. Kedge tries again with what it was started with, so restart it after the change.',
  },
  E_FORGE_FORBIDDEN: {
    retryable: true,
    advice:
      'Grant the App or token Contents and Pull requests (read and write) on this repository, and accept the new ' +
      'permissions in the installation.',
  },
  E_FORGE_NOT_FOUND: {
    retryable: false,
    advice: 'Check that the repository exists under this name and that the App is installed on it, or that the token may see it.',
  },
  E_FORGE_REJECTED: {
    retryable: false,
    advice: 'The forge understood and refused. Its own words are in the message; the same request would be refused again.',
  },
  E_FORGE_COMMIT: {
    retryable: false,
    advice: 'Let Kedge push there (`commits.via: push` of the forge), or revert by hand. The message says what the API has no words for.',
  },
  E_FORGE_COMMIT_DIFFERS: {
    retryable: false,
    advice: 'What the forge committed is not what was proven, so its branch was deleted again. Let Kedge push there: `commits.via: push`.',
  },
  E_FORGE_NO_STATUS: {
    retryable: false,
    advice:
      'Grant the App or token Commit statuses (read and write) on this repository, or set `quarantine.days` to 0. Reverts and cards go ' +
      'on without it.',
  },
  E_FORGE_UNSUPPORTED: { retryable: false, advice: 'Configure a forge for this host, or correct the repoURL of the Application.' },
  E_ANNOUNCE_REFUSED: {
    retryable: false,
    advice:
      'Grant Commit statuses, Pull requests and, for deployments, Deployments (read and write), or take the way out of `announce`. ' +
      'Nothing else needs it.',
  },
  E_REPOSITORY_NOT_ALLOWED: {
    retryable: false,
    advice: 'Add the repository to the allowed ones if Kedge is meant to work on it. Credentials are never sent to any other.',
  },
  E_CLUSTER_CONFIG: {
    retryable: true,
    advice:
      'Check the kubeconfig, its context, and the files or the exec plugin that it names; in a pod, that the ' +
      'service account token is mounted.',
  },
  E_CLUSTER_UNREACHABLE: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again. Check the network path to the API server.',
  },
  E_CLUSTER_AUTH: { retryable: true, advice: 'Renew the token or the client certificate. Kedge reads the files again by itself.' },
  E_CLUSTER_FORBIDDEN: {
    retryable: true,
    advice: 'Grant get, list and watch on the kind that the message names; docs/watch.md has the whole role.',
  },
  E_CLUSTER_ABSENT: {
    retryable: true,
    advice: 'Install the CRDs of Argo Rollouts (and of Argo CD where Applications are read), or take the kind out of the configuration.',
  },
  E_CLUSTER_ANSWER: {
    retryable: true,
    advice:
      'Nothing to do unless it lasts: Kedge tries again. The API server, or a proxy before it, answered with the fault in the message.',
  },
  E_RENDERER_UNREACHABLE: {
    retryable: true,
    advice:
      'Nothing to do unless it lasts: Kedge tries again, and after two minutes goes by files if it may. `kedge doctor` tries what renders.',
  },
  E_RENDERER_REFUSED: { retryable: true, advice: 'Renew the token of `argocd.api`, or grant the right: `kedge doctor` says which it is.' },
  E_REGISTRY_UNREACHABLE: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again, and nothing waits for it. Check the network path to the registry.',
  },
  E_GIT_UNREACHABLE: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again. Check the network path to the Git host and its status page.',
  },
  E_GIT_TIMEOUT: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again. For a very large repository raise `git.timeout`.',
  },
  E_GIT_AUTH: {
    retryable: true,
    advice: 'Check that the repository exists and that the credential may read and write its contents. Renew it if it has expired.',
  },
  E_GIT_REFUSED: {
    retryable: false,
    advice: 'The Git host refused, and its own words are in the message. Change the rule there, or revert by hand.',
  },
  E_GIT_BROKEN_MIRROR: {
    retryable: true,
    advice:
      'Kedge has built its mirror anew once and it still fails. Check that the volume has space and is writable; ' +
      'the mirror may be deleted.',
  },
  E_GIT_COMMIT_GONE: {
    retryable: false,
    advice: 'The commit is on no branch of the repository any more, most likely after a force push. Nothing can be restored from it.',
  },
  E_GIT_BAD_INPUT: { retryable: false, advice: 'Correct the value that the message shows, in the Application or in the configuration.' },
  E_GIT_MALFORMED: {
    retryable: false,
    advice: 'Git takes an object for malformed that this release is read through. If it is old and harmless, switch the check off.',
  },
  E_GIT_PROGRAM: {
    retryable: true,
    advice: 'Check that git 2.38 or later is installed where Kedge runs, and that the memory limit leaves room for it.',
  },
  E_NOTIFIER_UNREACHABLE: {
    retryable: true,
    advice: 'Nothing to do unless it lasts: Kedge tries again. Check the network path and the status page of the channel.',
  },
  E_NOTIFIER_RATE_LIMITED: {
    retryable: true,
    advice: 'Nothing to do: Kedge waits as long as the channel asks. If it lasts, spread the notices over more channels.',
  },
  E_NOTIFIER_AUTH: {
    retryable: true,
    advice: 'Renew the token, or add the scope that the message names, and reinstall the app in the workspace.',
  },
  E_NOTIFIER_REJECTED: {
    retryable: false,
    advice: 'Check that the channel exists, is not archived and has the app as a member. The code of the refusal is in the message.',
  },
  E_NOTIFIER_CHANNEL_NOT_ALLOWED: {
    retryable: false,
    advice: 'Add the channel to the allowed ones, or correct the annotation that names it.',
  },
  ...LISTENER_ERRORS,
  E_COMMAND_UNKNOWN: { retryable: true, advice: 'Nothing to do while a new version is rolled out: it does it. Else ask once more.' },
  E_COMMAND_FAILED: { retryable: false, advice: 'The log has what was asked for and why it failed last. See to that, then ask once more.' },
  E_SERVER_UNREACHABLE: { retryable: true, advice: 'Start Kedge, or say where it is with --server URL or KEDGE_SERVER.' },
  E_SERVER_ANSWER: {
    retryable: true,
    advice: 'Check that --server names the API of a Kedge of the same version, not its webhook listener or something else.',
  },
  E_PUBLIC_URL: {
    retryable: false,
    advice: 'Give --url https://kedge.example, as people reach it, or set server.publicUrl in the configuration.',
  },
  ...FILE_ERRORS,
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** A fault with a code, the value that caused it and what to do. Thrown for faults; expected outcomes are return values. */
export class KedgeError extends Error {
  override readonly name = 'KedgeError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly advice: string
  /** What happened, without the code. */
  readonly what: string
  /** Seconds to wait before trying again, where the other side said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined
  /** What a repository is called by now, as its forge says: `owner/name`. */
  readonly movedTo: string | undefined

  constructor(
    code: ErrorCode,
    what: string,
    options: { cause?: unknown; retryAfterSeconds?: number; retryable?: boolean; movedTo?: string | undefined } = {},
  ) {
    super(`${code}: ${what}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.what = what
    this.retryable = options.retryable ?? ERRORS[code].retryable
    this.advice = ERRORS[code].advice
    this.retryAfterSeconds = options.retryAfterSeconds
    this.movedTo = options.movedTo
  }
}
