import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Socket } from 'node:net'
import { GIT_ENVIRONMENT } from './git.ts'

/** What lies under a name. */
export interface GitObject {
  oid: string
  type: string
  content: Buffer
}

/** The objects of one repository. */
export interface Objects {
  /** By a name that `git rev-parse` takes; undefined where nothing is there. */
  read(name: string): Promise<GitObject | undefined>
  /** Ends the process; the next question starts another. */
  close(): void
}

interface Waiting {
  resolve(object: GitObject | undefined): void
  reject(error: Error): void
}

interface Conversation {
  child: ChildProcessByStdio<Socket, Socket, null>
  waiting: Waiting[]
}

/**
 * One process answers all questions: one for each cost more than the answer. It keeps nothing running while nobody asks, and ends when it
 * sees the end of its input. Source: https://git-scm.com/docs/git-cat-file#_batch_output
 */
export function createObjects(directory: string): Objects {
  let running: Conversation | undefined

  function start(): Conversation {
    // A pipe is a socket to Node, whatever its types say.
    const child = spawn('git', ['cat-file', '--batch'], {
      cwd: directory,
      env: GIT_ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'ignore'],
    }) as never
    const started: Conversation = { child, waiting: [] }
    const { stdin, stdout } = started.child
    let bytes = Buffer.alloc(0)
    stdout.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      for (let answer = readAnswer(bytes); answer; answer = readAnswer(bytes)) {
        bytes = bytes.subarray(answer.end)
        started.waiting.shift()?.resolve(answer.object)
      }
      if (started.waiting.length === 0) stdout.unref()
    })
    const end = (): void => {
      if (running === started) running = undefined
      for (const one of started.waiting.splice(0)) one.reject(new Error(`git cat-file ended in ${directory}`))
    }
    started.child.once('error', end).once('close', end)
    // `close` tells of it.
    stdin.on('error', () => undefined)
    started.child.unref()
    stdin.unref()
    return started
  }

  return {
    read(name) {
      if (/[\n\0]/.test(name)) return Promise.resolve(undefined)
      const { child, waiting } = (running ??= start())
      child.stdout.ref()
      const { promise, resolve, reject } = Promise.withResolvers<GitObject | undefined>()
      waiting.push({ resolve, reject })
      child.stdin.write(`${name}\n`)
      return promise
    },
    close() {
      running?.child.stdin.end()
      running = undefined
    },
  }
}

/** The answer that begins the bytes; undefined where it is not whole. */
function readAnswer(bytes: Buffer): { object: GitObject | undefined; end: number } | undefined {
  const lineEnd = bytes.indexOf(0x0a) + 1
  if (lineEnd === 0) return undefined
  const [, oid = '', type = '', size] = /^([0-9a-f]{40}) ([a-z]+) (\d+)\n$/.exec(bytes.toString('latin1', 0, lineEnd)) ?? []
  // The name and why there is nothing: missing, ambiguous.
  if (size === undefined) return { object: undefined, end: lineEnd }
  const contentEnd = lineEnd + Number(size)
  return bytes.length <= contentEnd
    ? undefined
    : { object: { oid, type, content: Buffer.from(bytes.subarray(lineEnd, contentEnd)) }, end: contentEnd + 1 }
}

/** An entry of a tree: its mode as Git writes it there (`40000` is a folder) and the name of its object. */
export interface Entry {
  mode: string
  oid: string
}

/** The entries of a tree by name. Git's own format: `<mode> <name>\0<raw object name>`, again and again. */
export function parseTree(content: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const zero = content.indexOf(0, space)
    const mode = content.toString('latin1', at, space)
    entries.set(content.toString('utf8', space + 1, zero), { mode, oid: content.toString('hex', zero + 1, zero + 21) })
    at = zero + 21
  }
  return entries
}
