import { isUtf8 } from 'node:buffer'
import { asCommitSha, type CommitSha, type GitCommit } from '../../domain/application/commit.ts'

/** What Git takes for white space. */
const BLANK = /^[ \t\r]*$/
const IDENTITY = /^(?<name>[^\s<>](?:[^<>]*[^\s<>])?) <(?<email>[^\s<>]*)> (?<seconds>\d{1,12}) [+-]\d{4}$/

/**
 * A commit as it lies in the store, read as `git log` tells it. Undefined for what Git has rules of its own for: another encoding, names
 * that it tidies up, dates that are none. Source: https://git-scm.com/docs/git-commit-tree, git's `pretty.c`.
 */
export function readCommitObject(sha: CommitSha, content: Buffer): GitCommit | undefined {
  if (!isUtf8(content) || content.includes(0)) return undefined
  const text = content.toString('utf8')
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end).split('\n')
  const valuesOf = (name: string): readonly string[] =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []))
  const parents = valuesOf('parent').map(asCommitSha)
  const [author, committer] = [valuesOf('author'), valuesOf('committer')].map(([value = '']) => IDENTITY.exec(value)?.groups)
  if (end < 0 || !author || !committer || parents.includes(undefined) || valuesOf('encoding').length > 0) return undefined
  return {
    sha,
    parents: parents.filter((parent) => parent !== undefined),
    author: { name: author['name'] ?? '', email: author['email'] ?? '' },
    committedAt: Number(committer['seconds']) * 1_000,
    ...readMessage(text.slice(end + 2)),
  }
}

/** The first paragraph on one line, and the rest. */
function readMessage(message: string): Pick<GitCommit, 'subject' | 'body'> {
  const lines = message.split('\n')
  const next = (from: number, isBlank: boolean): number => {
    let at = from
    while (at < lines.length && BLANK.test(lines[at] ?? '') === isBlank) at += 1
    return at
  }
  const first = next(0, true)
  const last = next(first, false)
  const subject = lines.slice(first, last).map((line) => line.replace(/[ \t\r]+$/, ''))
  return { subject: subject.join(' '), body: lines.slice(next(last, true)).join('\n').replace(/\n+$/, '') }
}
