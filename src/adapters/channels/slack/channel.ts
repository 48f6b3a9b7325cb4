import { createHash } from 'node:crypto'
import { LogLevel, WebClient } from '@slack/web-api'
import { KedgeError } from '../../../domain/errors.ts'
import type { Card, CardRef } from '../../../domain/notice/card.ts'
import type { Channel } from '../../../ports/channel.ts'
import type { SlackButtons } from './buttons.ts'
import { createChannelIds } from './channel-ids.ts'
import { slackCode, toNotifierError } from './errors.ts'
import { findCard, isLastNote, type Mark } from './look.ts'
import { renderCard, renderReply, type SlackMessage } from './message.ts'

export interface SlackChannelOptions {
  /**
   * Bot token with `chat:write`; with `channels:history` (`groups:history`) too, and `channels:read` (`groups:read`) where channels have
   * names in place of ids, no message is ever repeated.
   */
  token: string
  /** Default `https://slack.com/api/`. */
  apiUrl?: string | undefined
  /** Whether the admin allows a channel. Asked before anything is sent. */
  allowChannel: (channel: string) => boolean
  /** What people may press. Undefined where nobody takes it. */
  buttons?: SlackButtons | undefined
  /** Epoch ms. */
  now: () => number
  /** Of one request. Default 10 s. */
  timeoutMs?: number
}

/** The message is gone, is not ours, or is too old to edit: then the news goes into a new one. */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed'])
/** Its channel is gone, archived, or the app is not in it, and the message with it. The policy says where the new one goes. */
const OUT_OF_REACH = new Set(['channel_not_found', 'is_archived', 'is_inactive', 'not_in_channel'])
/** Slack makes nothing of words that look like names or addresses. */
const PLAIN = { link_names: false, parse: 'none' } as const
const QUIET = { ...PLAIN, unfurl_links: false, unfurl_media: false } as const

/**
 * Cards in Slack channels by bot token: one message a release, edited as the state moves, with replies in its thread. Every
 * message carries its key as metadata, by which an earlier try is found again. Nothing is retried here: the outbox does that.
 */
export function createSlackChannel(options: SlackChannelOptions): Channel {
  const client = createClient(options)
  const ids = createChannelIds(client, options.now)
  const render = (card: Card): SlackMessage => renderCard(card, { buttons: options.buttons })

  /** A channel that is out of reach may be another one by the next try. */
  const codeOf = (error: unknown, channel: string): string => {
    const code = slackCode(error) ?? ''
    if (OUT_OF_REACH.has(code)) ids.forget(channel)
    return code
  }
  const post = async (channel: string, id: string | undefined, card: Card): Promise<CardRef> => {
    const metadata = markOf('release', { key: card.key })
    try {
      return toRef(await client.chat.postMessage({ channel: id ?? channel, ...render(card), ...QUIET, metadata }))
    } catch (error) {
      codeOf(error, channel)
      throw toNotifierError(error, 'chat.postMessage')
    }
  }
  const update = async (channel: string, at: CardRef, card: Card): Promise<CardRef | undefined> => {
    const metadata = markOf('release', { key: card.key })
    try {
      return toRef(await client.chat.update({ channel: at.channel, ts: at.timestamp, ...render(card), ...PLAIN, metadata }))
    } catch (error) {
      const code = codeOf(error, channel)
      if (NOT_EDITABLE.has(code) || OUT_OF_REACH.has(code)) return undefined
      throw toNotifierError(error, 'chat.update')
    }
  }
  const adopt = async (channel: string, id: string, card: Card): Promise<CardRef | undefined> => {
    const found = await findCard(client, id, { mark: markOf('release', { key: card.key }), now: options.now() })
    return found && update(channel, found, card)
  }
  /** Always looks before it posts: an earlier try may have got through, or the ledger that knew of it was lost. */
  const adoptOrPost = async (channel: string, card: Card): Promise<{ at: CardRef; isNew: boolean }> => {
    const id = await ids.idOf(channel)
    const found = id === undefined ? undefined : await adopt(channel, id, card)
    const at = found ?? (await post(channel, id, card))
    ids.learn(channel, at.channel)
    return { at, isNew: found === undefined }
  }
  return {
    async publish({ channel, card, ref, thread, quiet }) {
      if (!options.allowChannel(channel)) {
        throw new KedgeError(
          'E_NOTIFIER_CHANNEL_NOT_ALLOWED',
          `The channel ${JSON.stringify(channel.slice(0, 80))} is not among the allowed ones.`,
        )
      }
      const updated = ref && (await update(channel, ref, card))
      // A new message calls people, also where an earlier card is known to be gone. It is posted anew once they are to be called.
      if (quiet && !updated) return undefined
      const { at, isNew } = updated ? { at: updated, isNew: false } : await adoptOrPost(channel, card)
      // A card in the place of one that is gone says it all itself.
      if (thread !== undefined && !(ref && isNew)) await reply(client, at, { key: card.key, text: thread })
      return at
    },
  }
}

interface Note {
  key: string
  text: string
}

/** Looks before it posts, as for cards; the thread of a card is short. */
async function reply(client: WebClient, { channel, timestamp }: CardRef, note: Note): Promise<void> {
  const metadata = markOf('note', { key: note.key, text: createHash('sha256').update(note.text).digest('hex') })
  if (await isLastNote(client, { channel, timestamp }, metadata)) return
  const text = renderReply(note.text)
  try {
    await client.chat.postMessage({ channel, thread_ts: timestamp, text, ...QUIET, metadata })
  } catch (error) {
    throw toNotifierError(error, 'chat.postMessage')
  }
}

/** Slack's own client without its retries, waits and log. */
export function createClient(options: Pick<SlackChannelOptions, 'token' | 'apiUrl' | 'timeoutMs'>): WebClient {
  return new WebClient(options.token, {
    ...(options.apiUrl !== undefined && { slackApiUrl: options.apiUrl }),
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs ?? 10_000,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore, setLevel: ignore, setName: ignore, getLevel: () => LogLevel.ERROR },
  })
}

function markOf(kind: 'release' | 'note', payload: Mark['event_payload']): Mark {
  return { event_type: `kedge_${kind}`, event_payload: payload }
}

function toRef({ channel, ts }: { channel?: string; ts?: string }): CardRef {
  if (channel === undefined || ts === undefined)
    throw new KedgeError('E_NOTIFIER_UNREACHABLE', "Slack's answer does not say where the message is.")
  return { channel, timestamp: ts }
}

function ignore(): void {}
