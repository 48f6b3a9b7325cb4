import type { WebClient } from '@slack/web-api'
import { slackCode, toNotifierError } from './errors.ts'

/** Which channel a name means: Slack takes names where we write, but ids alone where we read, and answers with ids. */
export interface ChannelIds {
  /** The id; undefined where it cannot be told now: what is written goes by the name then. Never throws. */
  idOf(channel: string): Promise<string | undefined>
  /** What an answer has told. */
  learn: (channel: string, id: string) => void
  /** A name that led nowhere may by now mean another channel. */
  forget: (channel: string) => void
}

const PAGE_SIZE = 1_000
/** Slack answers about so many in a minute. Where they do not reach, the next sweep goes on from there. */
const MAX_PAGES = 20
/** A misspelt name, or one of a channel that the app is not in, costs no sweep for each try of each card. */
const LOOK_GAP_MS = 5 * 60_000
/** After a fault, where Slack does not say how long. */
const REST_SECONDS = 30
/** Without `groups:read`, the public ones alone can be listed. */
const ALL = 'public_channel,private_channel'
const PUBLIC = 'public_channel'

/** The token may not list them. */
const NOT_LISTED = new Set(['missing_scope', 'no_permission', 'access_denied', 'not_allowed_token_type'])

/** See {@link ChannelIds}. A name is looked up once, and kept. `now`: epoch milliseconds. */
export function createChannelIds(client: WebClient, now: () => number): ChannelIds {
  const known = new Map<string, string>()
  /** When each name was last looked for in all that there is. */
  const soughtAt = new Map<string, number>()
  let sweep: Promise<boolean> | undefined
  let next = { types: ALL, cursor: '' }
  let rest: { since: number; ms: number } | undefined

  /** Less than nothing: the clock was set back meanwhile, and does not tell. */
  const isWithin = (ms: number, since: number): boolean => now() >= since && now() - since < ms

  /** Goes on with the list. @returns whether its end was reached */
  async function list(): Promise<boolean> {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await client.conversations.list({
        types: next.types,
        exclude_archived: true,
        limit: PAGE_SIZE,
        ...(next.cursor !== '' && { cursor: next.cursor }),
      })
      for (const { id, name } of answer.channels ?? []) if (id !== undefined && name !== undefined) known.set(name, id)
      const cursor = answer.response_metadata?.next_cursor ?? ''
      next = cursor === '' ? { types: ALL, cursor } : { ...next, cursor }
      if (cursor === '') return true
    }
    return false
  }

  async function listOrRest(): Promise<boolean> {
    try {
      return await list()
    } catch (error) {
      const code = slackCode(error) ?? ''
      const isRefused = NOT_LISTED.has(code)
      const canListLess = isRefused && next.types === ALL
      // A cursor is kept through what passes; Slack refuses one that has grown old.
      if (isRefused || code === 'invalid_cursor') next = { types: canListLess ? PUBLIC : ALL, cursor: '' }
      if (isRefused) return canListLess ? listOrRest() : true
      const { retryAfterSeconds = REST_SECONDS } = toNotifierError(error, 'conversations.list')
      rest = { since: now(), ms: Math.min(retryAfterSeconds * 1_000, LOOK_GAP_MS) }
      return false
    }
  }

  return {
    async idOf(channel) {
      if (isId(channel)) return channel
      const name = bare(channel)
      const isSought = known.has(name) || isWithin(LOOK_GAP_MS, soughtAt.get(name) ?? -Infinity)
      if (isSought || (rest && isWithin(rest.ms, rest.since))) return known.get(name)
      // Those who ask meanwhile share one sweep.
      sweep ??= listOrRest().finally(() => (sweep = undefined))
      if (await sweep) soughtAt.set(name, now())
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
