import type { WebClient } from '@slack/web-api'
import { slackCode, toNotifierError } from './errors.ts'

/** Which channel a name means: Slack takes names where we write, but ids alone where we read, and answers with ids. */
export interface ChannelIds {
  /**
   * The id; undefined where the token may not list the channels, or none of those that it sees has the name.
   * @throws KedgeError E_NOTIFIER_*
   */
  idOf(channel: string): Promise<string | undefined>
  /** What an answer has told. */
  learn: (channel: string, id: string) => void
  /** A name that led nowhere may by now mean another channel. */
  forget: (channel: string) => void
}

const PAGE_SIZE = 1_000
const MAX_PAGES = 50
/** Without `groups:read`, the public ones alone can be listed. */
const TYPES = ['public_channel,private_channel', 'public_channel'] as const

/** The token may not list them. */
const NOT_LISTED = new Set(['missing_scope', 'no_permission', 'access_denied', 'not_allowed_token_type'])

/** See {@link ChannelIds}. A name is looked up once, and kept. */
export function createChannelIds(client: WebClient): ChannelIds {
  const known = new Map<string, string>()
  let sweep: Promise<void> | undefined

  async function list(types: string): Promise<void> {
    let cursor = ''
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await client.conversations.list({
        types,
        exclude_archived: true,
        limit: PAGE_SIZE,
        ...(cursor !== '' && { cursor }),
      })
      for (const { id, name } of answer.channels ?? []) if (id !== undefined && name !== undefined) known.set(name, id)
      cursor = answer.response_metadata?.next_cursor ?? ''
      if (cursor === '') return
    }
  }

  async function listAll(): Promise<void> {
    for (const types of TYPES) {
      try {
        return await list(types)
      } catch (error) {
        if (!NOT_LISTED.has(slackCode(error) ?? '')) throw toNotifierError(error, 'conversations.list')
      }
    }
  }

  return {
    async idOf(channel) {
      if (isId(channel)) return channel
      const name = bare(channel)
      if (known.has(name)) return known.get(name)
      // Those who ask meanwhile share one sweep.
      sweep ??= listAll().finally(() => (sweep = undefined))
      await sweep
      return known.get(name)
    },
    learn: (channel, id) => void (isId(channel) || known.set(bare(channel), id)),
    forget: (channel) => void known.delete(bare(channel)),
  }
}

/** Names have no capital letters. */
function isId(channel: string): boolean {
  return /^[CDG][A-Z0-9]+$/.test(channel)
}

function bare(channel: string): string {
  return channel.replace(/^#/, '')
}
