import { hash } from 'node:crypto'
import { decodePath, encodePath } from '../../../src/adapters/git/names.ts'
import { asCommitSha, type CommitSha, type GitCommit } from '../../../src/domain/application/commit.ts'

/** An object as Git keeps it. */
export interface GitObject {
  type: 'commit' | 'tree' | 'blob'
  bytes: Buffer
}

/** What lies at a path: mode as Git writes it in trees, and object name. */
export interface Entry {
  mode: string
  oid: string
}

export const DIRECTORY = '40000'

/** Git's name for an object. */
export function nameObject({ type, bytes }: GitObject): string {
  return hash('sha1', Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]))
}

/** Git sorts by bytes, and a directory as if its name ended in a slash. */
export function encodeTree(entries: ReadonlyMap<string, Entry>): GitObject {
  const lines = [...entries].map(([name, { mode, oid }]) => {
    const bytes = encodePath(name)
    const sortedAs = mode === DIRECTORY ? Buffer.concat([bytes, Buffer.from('/')]) : bytes
    return { sortedAs, line: Buffer.concat([Buffer.from(`${mode} `), bytes, Buffer.of(0), Buffer.from(oid, 'hex')]) }
  })
  lines.sort((a, b) => Buffer.compare(a.sortedAs, b.sortedAs))
  return { type: 'tree', bytes: Buffer.concat(lines.map(({ line }) => line)) }
}

/** The entries of one tree. */
export function parseTree(bytes: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const zero = bytes.indexOf(0, space)
    const oid = bytes.toString('hex', zero + 1, zero + 21)
    entries.set(decodePath(bytes.subarray(space + 1, zero)), { mode: bytes.toString('latin1', at, space), oid })
    at = zero + 21
  }
  return entries
}

/** A commit to be written. Dates in whole seconds. */
export interface CommitText {
  tree: string
  parents: readonly string[]
  /** `Name <email>` */
  author: string
  seconds: number
  message: string
}

/** Author and committer are one. */
export function encodeCommit({ tree, parents, author, seconds, message }: CommitText): GitObject {
  const by = `${author} ${seconds} +0000`
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${by}`, `committer ${by}`]
  return { type: 'commit', bytes: Buffer.from(`${head.join('\n')}\n\n${message}`) }
}

/** A commit as the port tells it, and its tree. */
export function parseCommit(sha: CommitSha, bytes: Buffer): GitCommit & { tree: string } {
  const text = bytes.toString('utf8')
  const end = text.indexOf('\n\n')
  const lines = text.slice(0, end).split('\n')
  const all = (key: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const [, name = '', email = ''] = /^(.*) <(.*)> \d+ [+-]\d+$/.exec(all('author')[0] ?? '') ?? []
  const [, seconds = '0'] = /> (\d+) [+-]\d+$/.exec(all('committer')[0] ?? '') ?? []
  const [subject = '', ...rest] = text.slice(end + 2).split(/\n\n+/)
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent').flatMap((parent) => asCommitSha(parent) ?? []),
    author: { name, email },
    committedAt: Number(seconds) * 1_000,
    subject: subject.trim().replaceAll('\n', ' '),
    body: rest.join('\n\n').replace(/\n+$/, ''),
  }
}
