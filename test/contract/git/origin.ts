import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommitSha } from '../../../src/domain/commit.ts'
import { asCommitSha } from '../../../src/domain/commit.ts'

/** What a commit puts at a path: text, a mode with text (or, for a submodule, a commit), or nothing. */
export type Content = string | { mode: string; text: string } | null

export interface CommitOptions {
  branch?: string
  /** By default the branch's head. `[]` makes a root commit. */
  parents?: readonly CommitSha[]
  message?: string
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

/** Makes an empty repository that serves filters and single commits, like the big hosts. */
export async function createOrigin(): Promise<Origin> {
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
    const branch = options.branch ?? 'main'
    const head = git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`])
    const parents = options.parents ?? (head === '' ? [] : [sha(head)])
    const index = { GIT_INDEX_FILE: join(dir, 'index.tmp') }
    git(['read-tree', ...(parents[0] === undefined ? ['--empty'] : [parents[0]])], undefined, index)
    const lines = entries.map(({ name, content }) => Buffer.concat([Buffer.from(line(content)), name, Buffer.of(0)]))
    if (lines.length > 0) git(['update-index', '-z', '--replace', '--index-info'], Buffer.concat(lines), index)
    const tree = git(['write-tree', '--missing-ok'], undefined, index)
    const [name = 'Ada Author', email = 'ada@example.com'] = (options.author ?? '').split('|').filter((part) => part !== '')
    const date = `@${(clock += 60)} +0000`
    const commit = sha(git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], options.message ?? 'change', {
      GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date,
    }))
    git(['update-ref', `refs/heads/${branch}`, commit])
    return commit
  }

  function line(content: Content): string {
    if (content === null) return `0 ${'0'.repeat(40)}\t`
    const { mode, text } = typeof content === 'string' ? { mode: '100644', text: content } : content
    return `${mode} ${mode === '160000' ? text : git(['hash-object', '-w', '--stdin'], text)}\t`
  }

  git(['init', '--quiet', '--bare', '--initial-branch=main', '.'])
  git(['config', 'uploadpack.allowFilter', 'true'])
  git(['config', 'http.receivepack', 'true'])
  return {
    dir,
    git,
    commitRaw,
    commit: (files, options) => commitRaw(Object.entries(files).map(([name, content]) => ({ name: Buffer.from(name), content })), options),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The text as a commit name, or a loud failure. */
export function sha(text: string): CommitSha {
  const commit = asCommitSha(text)
  if (!commit) throw new Error(`${text} is no commit`)
  return commit
}
