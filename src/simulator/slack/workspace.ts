import type { Clock } from '../clock.ts'
import type { JsonObject } from '../json.ts'

/** A message as the workspace holds it. */
export interface SlackMessage {
  channel: string
  /** Id and time in one: seconds, a dot, six digits. */
  ts: string
  text: string
  user: string
  blocks?: unknown[]
  attachments?: unknown[]
  /** `{event_type, event_payload}`, only shown where it is asked for. */
  metadata?: JsonObject
  /** The message whose thread this is in. */
  thread_ts?: string
  edited?: { ts: string; user: string }
  /** It came by incoming webhook, so nobody can update it. */
  viaWebhook?: boolean
}

export interface SlackChannel {
  id: string
  name: string
  isArchived?: boolean
  isPrivate?: boolean
  /** The bot was never invited, or has left. */
  isForeign?: boolean
}

/** Channels and messages. */
export interface Workspace {
  channels: SlackChannel[]
  messages: SlackMessage[]
  /** A channel by id, name or #name. */
  findChannel(reference: string): SlackChannel | undefined
  find(channel: string, ts: string): SlackMessage | undefined
  post(message: Omit<SlackMessage, 'ts'>): SlackMessage
  /** The newest first, as conversations.history gives them. */
  history(channel: string): SlackMessage[]
  /** A thread with its parent first. */
  thread(channel: string, ts: string): SlackMessage[]
  nextTs(): string
}

/** An empty workspace. */
export function createWorkspace(clock: Clock, channels: SlackChannel[]): Workspace {
  const messages: SlackMessage[] = []
  let serial = 0

  // The serial keeps two messages of one millisecond apart and in order.
  const nextTs = (): string => `${Math.floor(clock.now() / 1000)}.${String(++serial).padStart(6, '0')}`

  return {
    channels,
    messages,
    nextTs,
    findChannel: (reference) => channels.find((channel) => channel.id === reference || channel.name === reference.replace(/^#/, '')),
    find: (channel, ts) => messages.find((message) => message.channel === channel && message.ts === ts),
    post(message) {
      const posted = { ...message, ts: nextTs() }
      messages.push(posted)
      return posted
    },
    history: (channel) => messages.filter((message) => message.channel === channel && message.thread_ts === undefined).toReversed(),
    thread: (channel, ts) => messages.filter((message) => message.channel === channel && (message.ts === ts || message.thread_ts === ts)),
  }
}
