import { isUtf8 } from 'node:buffer'
import { asCommitSha, type CommitSha, type GitCommit } from '../../domain/application/commit.ts'

/** Of a message more is written by nobody to be read: UTF-16 units. */
export const MOST_SUBJECT = 2_000
const MOST_BODY = 64 * 1024

/** What Git takes for white space. */
const BLANK = /^[ \t\r]*$/
const IDENTITY = /^(?<name>[^\s<>](?:[^<>]*[^\s<>])?) <(?<email>[^\s<>]*)> (?<seconds>\d{1,12}) [+-]\d{4}$/
/** Headers that Git reads in one place alone, or that say how to read the rest: in another place, it has a way of its own with them. */
const ITS_OWN = /^(?:tree|parent|author|committer|encoding) /

/**
 * A commit as it lies in the store, read as `git log` tells it. Undefined for what Git has rules of its own for: another encoding, names
 * that it tidies up, dates that are none. `size`: of the whole, where no more than its beginning is at hand.
 * Source: https://git-scm.com/docs/git-commit-tree, git's `pretty.c`.
 */
export function readCommitObject(sha: CommitSha, content: Buffer, size = content.length): GitCommit | undefined {
  const whole = size > content.length ? wholeCharacters(content) : content
  if (!isUtf8(whole) || whole.includes(0)) return undefined
  const text = whole.toString('utf8')
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end).split('\n')
  const after = headers.findIndex((line, index) => index > 0 && !line.startsWith('parent '))
  const parents = headers.slice(1, Math.max(1, after)).map((line) => asCommitSha(line.slice('parent '.length)))
  const [author, committer] = ['author ', 'committer '].map((name, index) => {
    const line = headers[after + index] ?? ''
    return line.startsWith(name) ? IDENTITY.exec(line.slice(name.length))?.groups : undefined
  })
  if (end < 0 || !headers[0]?.startsWith('tree ') || !author || !committer || parents.includes(undefined)) return undefined
  if (headers.slice(after + 2).some((line) => ITS_OWN.test(line))) return undefined
  return {
    sha,
    parents: parents.filter((parent) => parent !== undefined),
    author: { name: author['name'] ?? '', email: author['email'] ?? '' },
    committedAt: Number(committer['seconds']) * 1_000,
    ...capMessage(readMessage(text.slice(end + 2))),
  }
}

/** The last may be cut in two. */
function wholeCharacters(content: Buffer): Buffer {
  const ends = [0, 1, 2, 3].map((cut) => content.subarray(0, content.length - cut))
  return ends.find((one) => isUtf8(one)) ?? content
}

/** No more of a message than people read: strangers write them, and each is kept with every release that names it. */
export function capMessage({ subject, body }: Pick<GitCommit, 'subject' | 'body'>): Pick<GitCommit, 'subject' | 'body'> {
  return { subject: subject.slice(0, MOST_SUBJECT), body: body.slice(0, MOST_BODY) }
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
