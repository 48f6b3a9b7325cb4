import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { KedgeError } from '../../domain/errors.ts'
import { faultOf } from './faults.ts'
import { CALLED, readAnswers, type Answer, type GitObject, type Question } from './object-answers.ts'
import { createProcessLimit, type ProcessLimit } from './process-limit.ts'
import { createQueue } from './queue.ts'
import { FIXED } from './run-git.ts'

/**
 * One Git process that answers question after question about the objects that are here: a process each cost more than the answer. It ends
 * when nobody has asked for a while or others need the room, and with Kedge however that ends; the next question starts another.
 */
export interface ObjectProcess {
  /** What the objects are, without their contents; undefined for one that is not here. Nothing is fetched. */
  sizes(names: readonly Buffer[]): Promise<readonly (GitObject | undefined)[]>
  /** The same with the contents, or with their first `most` bytes: ask for sizes first where they may be large. */
  contents(names: readonly Buffer[], most?: number): Promise<readonly (GitObject | undefined)[]>
  /** Ends the process. Who waits for an answer, or for a turn, is told that it was killed. */
  close(): void
}

export interface ObjectProcessOptions {
  environment: Readonly<Record<string, string>>
  /** How long one question may take. */
  timeoutMs: number
  /** How long the process waits for the next; a minute. */
  idleMs?: number
  /** Shared with others; otherwise one of its own. */
  limit?: ProcessLimit
}

/** Git would keep up to 96 MB of what it unpacked, for each process. */
const COMMAND = ['-c', 'core.deltaBaseCacheLimit=4m', 'cat-file', '--batch-command', '--buffer', '-z'] as const
const NUL = Buffer.of(0)
const MAX_WORDS = 4_096

/**
 * Names are what `git rev-parse` takes. @throws KedgeError E_GIT_TIMEOUT, E_GIT_PROGRAM, E_GIT_BROKEN_MIRROR
 * Source: https://git-scm.com/docs/git-cat-file#_batch_output
 */
export function createObjectProcess(options: ObjectProcessOptions): ObjectProcess {
  const queue = createQueue()
  const limit = options.limit ?? createProcessLimit()
  let running: Conversation | undefined
  let idle: NodeJS.Timeout | undefined
  let closed = 0

  function end(): void {
    clearTimeout(idle)
    running?.end()
    running = undefined
    limit.leave(end)
  }

  function close(): void {
    closed += 1
    end()
  }

  async function ask(question: Question, closedBefore: number): Promise<Answer> {
    clearTimeout(idle)
    await limit.work(end)
    try {
      if (closed > closedBefore) throw killed()
      if (running?.ended !== false) running = converse(options)
      return await running.ask(question)
    } finally {
      if (running?.ended === false) {
        idle = setTimeout(end, options.idleMs ?? 60_000).unref()
        limit.rest(end)
      } else end()
    }
  }

  async function turn(question: Question): Promise<Answer> {
    const before = closed
    return question.names.length === 0 ? [] : queue.run(() => ask(question, before))
  }

  return {
    sizes: (names) => turn({ verb: 'info', names, most: 0 }),
    contents: (names, most = Infinity) => turn({ verb: 'contents', names, most }),
    close,
  }
}

/** A process that is there until it has ended. */
interface Conversation {
  readonly ended: boolean
  ask(question: Question): Promise<Answer>
  end(): void
}

/** @throws KedgeError E_GIT_PROGRAM */
function converse({ environment, timeoutMs }: ObjectProcessOptions): Conversation {
  const child = start(environment)
  let ended = false
  let said = ''
  let question: { hear(chunk: Buffer): void; fail(error: KedgeError): void } | undefined

  child.stdout.on('data', (chunk: Buffer) => question?.hear(chunk))
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-MAX_WORDS)))
  // Whatever is written to one that has ended is lost; `close` tells of it.
  child.stdin.on('error', () => undefined)
  child.on('error', (error) => fail(couldNotRun(error.message)))
  child.on('close', (code) => {
    if (code === null) fail(killed())
    else fail(faultOf({ exitCode: code, stdout: Buffer.alloc(0), stderr: said }, CALLED))
  })

  function fail(error: KedgeError): void {
    ended = true
    child.kill('SIGKILL')
    question?.fail(error)
    question = undefined
  }

  return {
    get ended() {
      return ended
    },
    end: () => fail(killed()),
    async ask({ verb, names, most }) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      const late = setTimeout(() => fail(new KedgeError('E_GIT_TIMEOUT', `${CALLED} took longer than ${timeoutMs} ms`)), timeoutMs)
      const answers = readAnswers({ verb, names, most })
      question = {
        fail: reject,
        hear(chunk) {
          try {
            if (answers.take(chunk)) resolve(answers.read)
          } catch (error) {
            fail(error as KedgeError)
          }
        },
      }
      child.stdin.write(Buffer.concat([...names.flatMap((name) => [Buffer.from(`${verb} `), name, NUL]), Buffer.from('flush\0')]))
      try {
        return await promise
      } finally {
        clearTimeout(late)
        question = undefined
      }
    },
  }
}

/** @throws KedgeError E_GIT_PROGRAM */
function start(environment: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  let child: ChildProcessWithoutNullStreams
  try {
    child = spawn('git', COMMAND, { cwd: '/', env: { ...FIXED, ...environment, GIT_ALLOW_PROTOCOL: 'none' } })
  } catch (error) {
    throw couldNotRun(error instanceof Error ? error.message : String(error))
  }
  // Before all else: an error that nobody hears ends Kedge.
  child.on('error', () => undefined)
  // Where no descriptor is free, Node makes no streams, whatever its types say.
  const streams: readonly unknown[] = [child.stdin, child.stdout, child.stderr]
  if (streams.includes(undefined)) throw couldNotRun('too many files are open')
  holdNothing(child)
  return child
}

function couldNotRun(why: string): KedgeError {
  return new KedgeError('E_GIT_PROGRAM', `${CALLED} could not run: ${why.slice(0, 200)}`)
}

function killed(): KedgeError {
  return couldNotRun('it was killed')
}

/** A process that only waits keeps nothing running: it sees the end of its input when Kedge ends. */
function holdNothing(child: ChildProcessWithoutNullStreams): void {
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref?(): void }).unref?.()
}
