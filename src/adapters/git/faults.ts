import { type ErrorCode, KedgeError } from '../../domain/errors.ts'
import { withoutSecrets } from '../../domain/words/secrets.ts'
import type { GitAnswer } from './run-git.ts'

/**
 * What Git's messages mean, first match wins. Git tells its faults by text only; `LC_ALL=C` keeps the text English.
 * After git 2.39 `remote-curl.c`, `http.c`, `credential.c`, `connect.c`, `send-pack.c`.
 */
const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/fsck error/i, 'E_GIT_MALFORMED'],
  [/returned error: 30\d|unable to update url base from redirection/i, 'E_GIT_REFUSED'],
  [
    /returned error: (?:401|403)|Authentication failed|could not read (?:Username|Password)|Access denied|Permission to .+ denied/i,
    'E_GIT_AUTH',
  ],
  [/returned error: 404|repository (?:'.*' )?not found|does not appear to be a git repository/i, 'E_GIT_AUTH'],
  [/\[remote rejected\]|pre-receive hook declined|protected branch|remote: error: GH\d{3}/i, 'E_GIT_REFUSED'],
  [
    /unable to access|Could not resolve host|Failed to connect|Connection (?:refused|reset|timed out)|Operation (?:timed out|too slow)/i,
    'E_GIT_UNREACHABLE',
  ],
  [
    /hung up|early EOF|RPC failed|expected flush|HTTP\/?\d? \d+ curl|unexpected disconnect|returned error: (?:429|5\d\d)|remote error/i,
    'E_GIT_UNREACHABLE',
  ],
  [/Could not read from remote repository|No such file or directory.*upload-pack/i, 'E_GIT_UNREACHABLE'],
]

const MAX_WORDS = 500

/**
 * The fault behind a Git process that failed. What is neither the network's nor the host's doing is, as a rule, the mirror's: the
 * input was checked before.
 */
export function faultOf(answer: GitAnswer, what: string, otherwise: ErrorCode = 'E_GIT_BROKEN_MIRROR'): KedgeError {
  const code = MEANINGS.find(([pattern]) => pattern.test(answer.stderr))?.[1] ?? otherwise
  return new KedgeError(code, `${what}: git said ${JSON.stringify(summary(answer.stderr))}`)
}

/** The fault of a disk that cannot take a mirror. */
export function cannotWrite(dir: string, error: unknown): KedgeError {
  return new KedgeError('E_GIT_BROKEN_MIRROR', `${dir} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
}

/** Whether building the mirror anew may help. */
export function isBrokenMirror(error: unknown): boolean {
  return error instanceof KedgeError && error.code === 'E_GIT_BROKEN_MIRROR'
}

/** Whether the host did not take the credentials that it was given (401), rather than what was asked with them. */
export function isRefusedToken({ stderr }: GitAnswer): boolean {
  return /returned error: 401|Authentication failed|could not read (?:Username|Password)/i.test(stderr)
}

/** Git has no terminal here, and says so instead of what went wrong: the host did not take the credentials, or got none. */
const NO_TERMINAL = /could not read (?:Username|Password) for .*: terminal prompts disabled/

/** The last words of Git are the telling ones; what it says before is progress. */
function summary(stderr: string): string {
  const lines = stderr
    .split('\n')
    // What a scanner of the host has found may be the secret of somebody who pushed. Git shows a colour's escape as `?`.
    .map((line) => withoutSecrets(line.replace(/\?\[[\d;]*m/g, ' ')))
    // oxlint-disable-next-line no-control-regex -- a server's text must not move the cursor of a terminal
    .map((line) => line.replace(/[\x00-\x1f\x7f]+/g, ' ').trim())
    .filter((line) => line !== '')
  return lines
    .slice(-4)
    .map((line) => line.replace(NO_TERMINAL, 'the host did not take the token, or was given none'))
    .join('; ')
    .slice(0, MAX_WORDS)
}
