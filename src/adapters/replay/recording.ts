import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { KedgeError } from '../../domain/errors.ts'

/** One watch event of a recording. */
export interface RecordedEvent {
  /** Epoch ms. */
  at: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: Record<string, unknown>
}

export interface Recording {
  name: string
  /** Epoch ms: the zero of its times. */
  startedAt: number
  events: readonly RecordedEvent[]
  /** When each commit reached its branch (epoch ms by SHA), of this recording and of its siblings in the same repository. */
  commitTimes: ReadonlyMap<string, number>
}

const Meta = z.object({
  startedAt: z.number(),
  commits: z.array(z.object({ t: z.number(), sha: z.string() })).default([]),
})

const Event = z.object({
  t: z.number(),
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
  object: z.record(z.string(), z.unknown()),
})

/**
 * Reads a recording's folder (`events.jsonl`, `meta.json`), and of its sibling folders when each of their commits reached the branch.
 * @throws KedgeError E_RECORDING_UNREADABLE with the file and line
 */
export async function readRecording(folder: string): Promise<Recording> {
  const dir = resolve(folder)
  const meta = await readMeta(dir)
  if (!meta) throw new KedgeError('E_RECORDING_UNREADABLE', `${join(dir, 'meta.json')} is not there`)
  const text = await readText(join(dir, 'events.jsonl'))
  if (text === undefined) throw new KedgeError('E_RECORDING_UNREADABLE', `${join(dir, 'events.jsonl')} is not there`)
  const startedAt = meta.startedAt * 1_000
  const events = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => readEvent(line, `${join(dir, 'events.jsonl')}:${number}`, startedAt))
  return { name: basename(dir), startedAt, events: events.toSorted((a, b) => a.at - b.at), commitTimes: await readCommitTimes(dir) }
}

function readEvent(line: string, where: string, startedAt: number): RecordedEvent {
  const parsed = Event.safeParse(parseJson(line, where))
  if (!parsed.success) throw new KedgeError('E_RECORDING_UNREADABLE', `${where} is not an event: ${z.prettifyError(parsed.error)}`)
  return { at: startedAt + parsed.data.t * 1_000, type: parsed.data.type, object: parsed.data.object }
}

async function readCommitTimes(dir: string): Promise<ReadonlyMap<string, number>> {
  const parent = dirname(dir)
  const siblings = (await readdir(parent, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(parent, entry.name))
  const times = new Map<string, number>()
  for (const sibling of siblings) {
    const meta = await readMeta(sibling)
    for (const { t, sha } of meta?.commits ?? []) if (meta) times.set(sha, (meta.startedAt + t) * 1_000)
  }
  return times
}

async function readMeta(dir: string): Promise<z.infer<typeof Meta> | undefined> {
  const file = join(dir, 'meta.json')
  const text = await readText(file)
  if (text === undefined) return undefined
  const parsed = Meta.safeParse(parseJson(text, file))
  if (!parsed.success) throw new KedgeError('E_RECORDING_UNREADABLE', `${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new KedgeError('E_RECORDING_UNREADABLE', `${where} is not JSON`, { cause: error })
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new KedgeError('E_RECORDING_UNREADABLE', `${file} cannot be read`, { cause: error })
  }
}
