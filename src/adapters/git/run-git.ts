import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { GitPluginError, simpleGit } from 'simple-git'
import { KedgeError } from '../../domain/errors.ts'
import { redact } from './redact.ts'

/** What a Git process left behind. Secrets are taken out of `stderr`. */
export interface GitAnswer {
  exitCode: number
  stdout: Buffer
  stderr: string
}

export interface Credentials {
  username: string
  password: string
}

export interface Authorization extends Credentials {
  /** The remote's address. */
  url: string
}

export interface GitProcess {
  args: readonly string[]
  /** `key=value`, put before the command. Never a secret: other users of the machine can read it. */
  config?: readonly string[]
  input?: Buffer
  /** Added to the fixed environment. */
  environment?: Readonly<Record<string, string>>
  /** Sent with the first request to this address and below it, and nowhere else; in the environment, never part of `args`. */
  authorization?: Authorization | undefined
  /** The whole process gets this long. */
  timeoutMs: number
}

/** simple-git lets no Git variable through that is not named; the process sees these and nothing of ours. */
const ALLOWED = [
  'GIT_DIR',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_GLOBAL',
  'GIT_ATTR_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_OPTIONAL_LOCKS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_ALLOW_PROTOCOL',
  'GIT_PROTOCOL_FROM_USER',
  'GIT_SSL_CAINFO',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_COMMITTER_DATE',
] as const

/** The environment of every Git process. */
export const FIXED = {
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_PROTOCOL_FROM_USER: '0',
}

// simple-git hears of a process that could not be started only once it has its streams, and where no descriptor is free there are none: the
// call fails then, but an error that nobody hears would end Kedge.
const NO_STREAMS = /Cannot read properties of undefined \(reading 'on'\)/
subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess }
  child.on('error', () => undefined)
})

/**
 * Runs one Git process through simple-git and gives its exit code and bytes; a failure is the caller's to judge.
 * @throws KedgeError E_GIT_TIMEOUT, E_GIT_PROGRAM
 */
export async function runGit(call: GitProcess): Promise<GitAnswer> {
  const seen: { result?: Pick<Result, 'exitCode' | 'stdOut' | 'stdErr'>; error?: unknown } = {}
  const git = simpleGit({
    // GIT_DIR says which repository is meant, and the working directory has no part in it.
    baseDir: '/',
    config: [...(call.config ?? [])],
    allowEnvironment: ALLOWED,
    unsafe: { allowUnsafeConfigPaths: true },
    timeout: { block: call.timeoutMs, stdErr: false, stdOut: false },
    // `close` means that all output is in. The other way out is for a killed Git whose transport program still holds its pipes.
    completion: { onClose: true, onExit: 2_000 },
    ...(call.input === undefined ? {} : { input: () => call.input }),
    // Called for every process, failed or not. simple-git's own results are text and its errors carry the command line.
    errors: (error, result) => {
      seen.error = error
      seen.result = result
      return undefined
    },
  }).env({ ...FIXED, ...call.environment, ...secretEnvironment(call.authorization) })
  try {
    await git.raw([...headerOption(call.authorization), ...call.args])
  } catch (error) {
    seen.error ??= error
  }
  return readAnswer(call, seen.result, seen.error)
}

interface Result {
  exitCode: number | null
  stdOut: Buffer[]
  stdErr: Buffer[]
}

function readAnswer(call: GitProcess, result: Result | undefined, error: unknown): GitAnswer {
  const command = `git ${call.args[0] ?? ''}`
  if (error instanceof GitPluginError && error.plugin === 'timeout') {
    throw new KedgeError('E_GIT_TIMEOUT', `${command} took longer than ${call.timeoutMs} ms`)
  }
  const stderr = redact(Buffer.concat(result?.stdErr ?? []).toString('utf8'), secretsOf(call.authorization))
  // Node gives spawn failures negative codes; no result at all means that simple-git refused to start it.
  if (result === undefined || (result.exitCode ?? -1) < 0) {
    const why = result === undefined ? redact(whyNotStarted(error), secretsOf(call.authorization)) : stderr.split('\n')[0]
    throw new KedgeError('E_GIT_PROGRAM', `${command} could not run: ${(why || 'it was killed').slice(0, 200)}`)
  }
  return { exitCode: result.exitCode ?? -1, stdout: Buffer.concat(result.stdOut), stderr }
}

function whyNotStarted(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return NO_STREAMS.test(message) ? 'too many files are open' : message
}

const HEADER = 'KEDGE_GIT_AUTHORIZATION'

/** Git that has to be asked for a password first sends every request twice; this way it has it at once. */
function headerOption(authorization: Authorization | undefined): readonly string[] {
  return authorization ? [`--config-env=http.${authorization.url}.extraHeader=${HEADER}`] : []
}

function secretEnvironment(authorization: Authorization | undefined): Record<string, string> {
  return authorization ? { [HEADER]: unseen(`Authorization: Basic ${basic(authorization)}`) } : {}
}

function basic({ username, password }: Credentials): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

/**
 * A text that shows itself only to the child process: with DEBUG set, simple-git prints the environment of each process, and
 * Node turns values into text no earlier than when it starts one.
 */
function unseen(secret: string): string {
  const hidden = { toString: () => secret, toJSON: () => '[secret]', [inspect.custom]: () => '[secret]' }
  return hidden as unknown as string
}

function secretsOf(credentials: Credentials | undefined): readonly string[] {
  return credentials ? [credentials.password, encodeURIComponent(credentials.password), basic(credentials)] : []
}
