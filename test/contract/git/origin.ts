import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import { writeCommit } from './write-commit.ts'

/** What a commit puts at a path: text, a mode with text (or, for a submodule, a commit), or nothing. */
export type Content = string | { mode: string; text: string; encoding?: 'base64' } | null

export interface CommitOptions {
  branch?: string
  /** By default the branch's head. `[]` makes a root commit. */
  parents?: readonly CommitSha[]
  /** Another parent, whose files it has where nothing is said of them: a pull request is merged. */
  merges?: CommitSha
  message?: string
  /** `Name <email>` */
  author?: string
}

/** A real bare repository, made without ever having a work tree, so that it can hold what no disk would take. */
export interface Origin extends AsyncDisposable {
  dir: string
  git(args: readonly string[], input?: string | Buffer, env?: Record<string, string>): string
  /** Commits changes on top of the first parent's tree. */
  commit(files: Readonly<Record<string, Content>>, options?: CommitOptions): CommitSha
  /** The same for names that are bytes. */
  commitRaw(entries: readonly { name: Buffer; content: Content }[], options?: CommitOptions): CommitSha
}

/** Nothing is ever packed: each push would start a process more, and a branch is a file that can be read. */
const CONFIG = `[core]
repositoryFormatVersion = 0
bare = true
[uploadpack]
allowAnySHA1InWant = true
[http]
receivepack = true
[gc]
auto = 0
[receive]
autogc = false
`

/**
 * Makes an empty repository that serves filters and single commits, like the big hosts; or one that ignores filters, so that contents come
 * with each fetch: asked for one by one, each costs six processes. `byGit`: git makes every commit, also those that need no process.
 */
export async function createOrigin({ filters = true, byGit = false } = {}): Promise<Origin> {
  const dir = await mkdtemp(join(tmpdir(), 'kedge-origin-'))
  let clock = 1_700_000_000

  function git(args: readonly string[], input?: string | Buffer, env: Record<string, string> = {}): string {
    const done = spawnSync('git', ['-C', dir, ...args], {
      ...(input === undefined ? {} : { input }),
      maxBuffer: 1 << 28,
      env: { PATH: process.env['PATH'], HOME: dir, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...env },
    })
    if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr.toString()}`)
    return done.stdout.toString().trim()
  }

  function commitRaw(entries: readonly { name: Buffer; content: Content }[], options: CommitOptions = {}): CommitSha {
    const ref = `refs/heads/${options.branch ?? 'main'}`
    const message = options.message ?? 'change'
    const by = `${options.author ?? 'Ada Author <ada@example.com>'} ${(clock += 60)} +0000`
    const heads = options.parents ?? headAt(dir, ref)
    const parents = heads && [...heads, ...(options.merges ? [options.merges] : [])]
    const files = entries.map(({ name, content }) => ({ path: name.toString('latin1'), file: fileOf(content) }))
    const written =
      byGit || parents === undefined
        ? undefined
        : writeCommit(dir, { ref, parents, from: options.merges ?? parents[0], files, by, message })
    if (written !== undefined) return sha(written)
    const [from, ...others] = options.parents ?? []
    return sha(
      git(
        ['fast-import', '--quiet', '--force'],
        lines([
          ...(options.parents?.length === 0 ? [`reset ${ref}`] : []),
          `commit ${ref}`,
          'mark :1',
          `committer ${by}`,
          data(Buffer.from(message)),
          ...(from === undefined ? heir(dir, ref, options) : [`from ${from}`]),
          ...[...others, ...(options.merges ? [options.merges] : [])].map((parent) => `merge ${parent}`),
          ...(options.merges ? [`M 040000 ${git(['rev-parse', `${options.merges}^{tree}`])} ""`] : []),
          ...entries.map(change),
          '',
          'get-mark :1',
          '',
        ]),
      ),
    )
  }

  await makeBare(dir, filters)
  return {
    dir,
    git,
    commitRaw,
    commit: (files, options) =>
      commitRaw(
        Object.entries(files).map(([name, content]) => ({ name: Buffer.from(name), content })),
        options,
      ),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

async function makeBare(dir: string, filters: boolean): Promise<void> {
  await mkdir(join(dir, 'objects'))
  await mkdir(join(dir, 'refs'))
  await mkdir(join(dir, 'hooks'))
  await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(dir, 'config'), `${CONFIG}[uploadpack]\nallowFilter = ${filters}\n`)
}

/** The branch's head; undefined where its file names another ref. */
function headAt(dir: string, ref: string): readonly string[] | undefined {
  if (!existsSync(join(dir, ref))) return []
  const head = asCommitSha(readFileSync(join(dir, ref), 'latin1').trim())
  return head && [head]
}

/** fast-import does not look at the branches that are there by itself. */
function heir(dir: string, ref: string, options: CommitOptions): string[] {
  return options.parents === undefined && existsSync(join(dir, ref)) ? [`from ${ref}^0`] : []
}

/** One file in the language of git fast-import; names are quoted byte by byte. */
function change({ name, content }: { name: Buffer; content: Content }): string | Buffer {
  const path = `"${Array.from(name, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`
  if (content === null) return `D ${path}`
  const { mode, text, encoding = 'utf8' } = typeof content === 'string' ? { mode: '100644', text: content } : content
  return mode === '160000' ? `M ${mode} ${text} ${path}` : lines([`M ${mode} inline ${path}`, data(Buffer.from(text, encoding))])
}

function data(bytes: Buffer): Buffer {
  return lines([`data ${bytes.length}`, bytes])
}

function lines(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part, index) => [Buffer.from(index === 0 ? '' : '\n'), typeof part === 'string' ? Buffer.from(part) : part]),
  )
}

function fileOf(content: Content): { mode: string; bytes: Buffer } | null {
  if (content === null) return null
  const { mode, text, encoding = 'utf8' } = typeof content === 'string' ? { mode: '100644', text: content } : content
  return { mode, bytes: Buffer.from(text, encoding) }
}

/** The text as a commit name, or a loud failure. */
export function sha(text: string): CommitSha {
  const commit = asCommitSha(text)
  if (!commit) throw new Error(`${text} is no commit`)
  return commit
}
