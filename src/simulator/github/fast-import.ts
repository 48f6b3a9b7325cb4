import type { Person } from './merge.ts'

/** File contents by path, of an ordinary file where no mode is said; null deletes. */
export type FileChanges = Record<string, string | Buffer | null | { mode: string; content: Buffer }>

/** A commit that somebody makes. */
export interface CommitRequest {
  files: FileChanges
  author: Person
  message: string
  /** Default `main`. Made from nothing where it does not exist, or from `from`. */
  branch?: string
  from?: string
}

/** The commit in the language of `git fast-import`, which makes any number of files one process and answers with the SHA. */
export function importStream(request: CommitRequest, at: { branch: string; parent: string | undefined; seconds: number }): Buffer {
  const who = `${request.author.name} <${request.author.email}> ${at.seconds} +0000`
  const parts: Buffer[] = [Buffer.from(`commit refs/heads/${at.branch}\nmark :1\nauthor ${who}\ncommitter ${who}\n`), data(request.message)]
  if (at.parent !== undefined) parts.push(Buffer.from(`from ${at.parent}\n`))
  for (const [path, content] of Object.entries(request.files)) {
    if (content === null) parts.push(Buffer.from(`D ${JSON.stringify(path)}\n`))
    else {
      const isPlain = typeof content === 'string' || Buffer.isBuffer(content)
      parts.push(Buffer.from(`M ${isPlain ? '100644' : content.mode} inline ${JSON.stringify(path)}\n`))
      parts.push(data(isPlain ? content : content.content))
    }
  }
  return Buffer.concat([...parts, Buffer.from('get-mark :1\ndone\n')])
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')])
}
