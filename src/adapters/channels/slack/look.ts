import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import type { CardRef } from '../../../domain/notice/card.ts'
import { slackCode, toNotifierError } from './errors.ts'

/** What a message of Kedge carries where only apps see it. */
export interface Mark {
  event_type: string
  event_payload: Record<string, string>
}

const PAGE_SIZE = 200
const MAX_PAGES = 5
/** No outbox row is tried for longer. */
const LOOK_BACK_SECONDS = 7 * 24 * 3_600

/** Without the scope, and where the app is no member, Slack may let us write but not read. */
const UNREADABLE = new Set([
  'missing_scope',
  'not_in_channel',
  'channel_not_found',
  'no_permission',
  'access_denied',
  'not_allowed_token_type',
  'thread_not_found',
])

/** Only what is looked at, and leniently: other apps' metadata can have any shape. */
const Messages = z.object({
  messages: z.array(z.object({ ts: z.string(), metadata: z.unknown().optional() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

type Fetched = (cursor: string | undefined) => Promise<unknown>

/**
 * The newest card with this mark in a channel, of the last seven days and 1,000 messages; undefined when there is none, or when
 * the channel cannot be read.
 * @throws KedgeError E_NOTIFIER_*
 */
export async function findCard(client: WebClient, channel: string, wanted: { mark: Mark; now: number }): Promise<CardRef | undefined> {
  const oldest = String(Math.floor(wanted.now / 1000) - LOOK_BACK_SECONDS)
  const messages = read('conversations.history', (cursor) =>
    client.conversations.history({
      channel,
      oldest,
      limit: PAGE_SIZE,
      include_all_metadata: true,
      ...(cursor !== undefined && { cursor }),
    }),
  )
  for await (const { ts, metadata } of messages) if (isMark(metadata, wanted.mark)) return { channel, timestamp: ts }
  return undefined
}

/**
 * Whether this is the mark of the newest reply of its kind in the thread of a card: what was said before something else may be said again.
 * False when the thread cannot be read. @throws KedgeError E_NOTIFIER_*
 */
export async function isLastNote(client: WebClient, { channel, timestamp }: CardRef, mark: Mark): Promise<boolean> {
  const messages = read('conversations.replies', (cursor) =>
    client.conversations.replies({
      channel,
      ts: timestamp,
      limit: PAGE_SIZE,
      include_all_metadata: true,
      ...(cursor !== undefined && { cursor }),
    }),
  )
  let isLast = false
  for await (const { metadata } of messages) {
    if (isMark(metadata, { ...mark, event_payload: {} })) isLast = isMark(metadata, mark)
  }
  return isLast
}

/** Messages in Slack's order: a channel's newest first, a thread's oldest first. */
async function* read(method: string, fetchPage: Fetched): AsyncGenerator<{ ts: string; metadata?: unknown }> {
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await readPage(method, () => fetchPage(cursor))
    yield* answer?.messages ?? []
    cursor = answer?.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return
  }
}

async function readPage(method: string, fetchPage: () => Promise<unknown>): Promise<z.infer<typeof Messages> | undefined> {
  const answer = await fetchPage().catch((error: unknown) => {
    if (UNREADABLE.has(slackCode(error) ?? '')) return undefined
    throw toNotifierError(error, method)
  })
  if (answer === undefined) return undefined
  const { success, data } = Messages.safeParse(answer)
  if (!success) throw new KedgeError('E_NOTIFIER_UNREACHABLE', `The answer to ${method} is not Slack's.`)
  return data
}

const Marked = z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })

function isMark(metadata: unknown, wanted: Mark): boolean {
  const { success, data } = Marked.safeParse(metadata)
  if (!success || data.event_type !== wanted.event_type) return false
  return Object.entries(wanted.event_payload).every(([name, value]) => data.event_payload[name] === value)
}
