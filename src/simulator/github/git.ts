import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { env } from 'node:process'

/** What a git command said. Streams are text; `code` is its exit status. */
export interface GitResult {
  code: number
  stdout: string
  stderr: string
}

/** The environment of every git process here: the machine's own configuration must not change a story. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: tmpdir(),
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
}

export interface GitRun {
  input?: string | Buffer
  environment?: Record<string, string>
  /** Of what it says; `latin1` keeps bytes. Default UTF-8. */
  encoding?: 'utf8' | 'latin1'
}

/** Runs git with a fixed list of arguments, never through a shell. Resolves whatever the exit status. */
export function tryGit(directory: string, args: readonly string[], run: GitRun = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: directory,
      env: { ...GIT_ENVIRONMENT, ...run.environment },
      maxBuffer: 64 * 1024 * 1024,
      encoding: run.encoding ?? 'utf8',
    } as const
    const child = execFile('git', [...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error)
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
    // A command that reads no input may end first; its exit status says how it went.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(run.input ?? '')
  })
}

/** Runs git and returns its output without the last line break. Throws with git's own words where it fails. */
export async function git(directory: string, args: readonly string[], run: GitRun = {}): Promise<string> {
  const { code, stdout, stderr } = await tryGit(directory, args, run)
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr.trim()}`)
  return stdout.trimEnd()
}
