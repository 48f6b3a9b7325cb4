import { asArray, asObject, asString, isObject, type JsonObject } from '../json.ts'
import type { SlackChannel, SlackMessage, Workspace } from './workspace.ts'

const MAX_BLOCKS = 50
const MAX_SECTION_TEXT = 3000
const MAX_FIELDS = 10
const MAX_FIELD_TEXT = 2000
const MAX_ATTACHMENTS = 100
/** Of a block of actions. */
const MAX_ELEMENTS = 25
/** Of all blocks together; not documented, and seen. */
const MAX_BLOCKS_TEXT = 13_000
const MAX_METADATA = 16_384
const MAX_TEXT = 40_000
const MAX_UPDATED_TEXT = 4_000

/** A refusal as Slack words it: HTTP 200 with `ok: false` and a code. */
export class SlackError extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** One call of a Web API method by the bot. */
export interface MethodCall {
  workspace: Workspace
  bot: string
  args: JsonObject
}

type Method = (call: MethodCall) => JsonObject

/** The methods of https://docs.slack.dev/reference/methods that the stand-in answers. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': ({ bot }) => ({
    url: 'https://simulator.slack.com/',
    team: 'simulator',
    team_id: 'T1',
    user: bot,
    user_id: bot,
    bot_id: 'B1',
  }),
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.list': listChannels,
  'conversations.info': (call) => ({ channel: renderChannel(channelOf(call)) }),
}

/** What the token must have been given for a method; any one of them, or for private channels all of a kind, is not told apart. */
export const SCOPES: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'conversations.list': 'channels:read',
  'conversations.info': 'channels:read',
}

/** The content of a message from its arguments. Throws what Slack answers to one that is empty or too long. */
export function contentOf(args: JsonObject): Pick<SlackMessage, 'text' | 'blocks' | 'attachments' | 'metadata'> {
  const text = asString(args['text']) ?? ''
  const blocks = asArray(args['blocks'])
  const attachments = asArray(args['attachments'])
  const metadata = asObject(args['metadata'])
  if (text === '' && blocks.length === 0 && attachments.length === 0) throw new SlackError('no_text')
  if (text.length > MAX_TEXT) throw new SlackError('msg_too_long')
  const allBlocks = [...blocks, ...attachments.flatMap((attachment) => asArray(asObject(attachment)['blocks']))]
  if (attachments.length > MAX_ATTACHMENTS) throw new SlackError('too_many_attachments')
  if (blocks.length > MAX_BLOCKS || allBlocks.some((block) => !isValidBlock(block))) throw new SlackError('invalid_blocks')
  if (textsOf(allBlocks) > MAX_BLOCKS_TEXT) throw new SlackError('msg_blocks_too_long')
  if (JSON.stringify(metadata).length > MAX_METADATA) throw new SlackError('metadata_too_large')
  if ('metadata' in args && (asString(metadata['event_type']) === undefined || !isObject(metadata['event_payload'])))
    throw new SlackError('invalid_metadata_format')
  return {
    text,
    ...(blocks.length > 0 && { blocks }),
    ...(attachments.length > 0 && { attachments }),
    ...('metadata' in args && { metadata }),
  }
}

function isValidBlock(block: unknown): boolean {
  const { type, text, fields } = asObject(block)
  if (typeof type !== 'string') return false
  if (type === 'actions') return hasValidButtons(asObject(block))
  if (type !== 'section') return true
  const elements = asArray(fields)
  if (text === undefined && elements.length === 0) return false
  const isText = (element: unknown, most: number): boolean => {
    const { length } = asString(asObject(element)['text']) ?? ''
    return length > 0 && length <= most
  }
  return (
    (text === undefined || isText(text, MAX_SECTION_TEXT)) &&
    elements.length <= MAX_FIELDS &&
    elements.every((element) => isText(element, MAX_FIELD_TEXT))
  )
}

function hasValidButtons({ elements }: JsonObject): boolean {
  const buttons = asArray(elements).map(asObject)
  const ids = new Set(buttons.map((button) => button['action_id']))
  const isShort = (value: unknown, most: number): boolean => value === undefined || (typeof value === 'string' && value.length <= most)
  return (
    buttons.length > 0 &&
    buttons.length <= MAX_ELEMENTS &&
    ids.size === buttons.length &&
    buttons.every(({ action_id: id, text, value, url }) => {
      const { type, text: label } = asObject(text)
      return type === 'plain_text' && label !== '' && isShort(label, 75) && isShort(id, 255) && isShort(value, 2_000) && isShort(url, 3_000)
    })
  )
}

function textsOf(blocks: readonly unknown[]): number {
  const elements = blocks.flatMap((block) => [asObject(block)['text'], ...asArray(asObject(block)['fields'])])
  return elements.reduce<number>((sum, element) => sum + (asString(asObject(element)['text']) ?? '').length, 0)
}

function postMessage(call: MethodCall): JsonObject {
  const channel = channelOf(call, { byName: true })
  if (channel.isArchived) throw new SlackError('is_archived')
  if (channel.isForeign) throw new SlackError('not_in_channel')
  const thread = asString(call.args['thread_ts'])
  if (thread !== undefined && call.workspace.find(channel.id, thread) === undefined) throw new SlackError('thread_not_found')
  const message = call.workspace.post({
    channel: channel.id,
    user: call.bot,
    ...contentOf(call.args),
    ...(thread !== undefined && { thread_ts: thread }),
  })
  return { channel: channel.id, ts: message.ts, message: render(message, true) }
}

function updateMessage(call: MethodCall): JsonObject {
  const channel = channelOf(call)
  if (channel.isArchived) throw new SlackError('is_inactive')
  if (channel.isForeign) throw new SlackError('not_in_channel')
  if ((asString(call.args['text']) ?? '').length > MAX_UPDATED_TEXT) throw new SlackError('msg_too_long')
  const message = call.workspace.find(channel.id, asString(call.args['ts']) ?? '')
  if (message === undefined) throw new SlackError('message_not_found')
  if (message.user !== call.bot || message.viaWebhook === true) throw new SlackError('cant_update_message')
  // What an update does not give is gone, but for the metadata, which stays.
  delete message.blocks
  delete message.attachments
  Object.assign(message, contentOf(call.args), { edited: { ts: call.workspace.nextTs(), user: call.bot } })
  return { channel: channel.id, ts: message.ts, text: message.text, message: render(message, true) }
}

function history(call: MethodCall): JsonObject {
  return page(call, call.workspace.history(readable(call).id))
}

function replies(call: MethodCall): JsonObject {
  const thread = call.workspace.thread(readable(call).id, asString(call.args['ts']) ?? '')
  if (thread.length === 0) throw new SlackError('thread_not_found')
  return page(call, thread)
}

/** Filters by `oldest` and `latest` (both exclusive unless `inclusive`) and pages by `limit` and `cursor`. */
function page(call: MethodCall, messages: SlackMessage[]): JsonObject {
  const { args } = call
  const isInclusive = isTrue(args['inclusive'])
  const oldest = Number(args['oldest'] ?? 0)
  const latest = Number(args['latest'] ?? Number.POSITIVE_INFINITY)
  const isWithin = (ts: number): boolean => (isInclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest)
  const found = messages.filter((message) => isWithin(Number(message.ts)))
  const start = Number(args['cursor'] ?? 0) || 0
  const end = start + Math.min(999, Number(args['limit'] ?? 100) || 100)
  const hasMore = end < found.length
  return {
    messages: found.slice(start, end).map((message) => render(message, isTrue(args['include_all_metadata']))),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(end) : '' },
  }
}

/** Only who posts may say a name in place of the id. */
function channelOf({ workspace, args }: MethodCall, { byName = false } = {}): SlackChannel {
  const wanted = asString(args['channel']) ?? ''
  const channel = byName ? workspace.findChannel(wanted) : workspace.channels.find(({ id }) => id === wanted)
  // A private channel is not even there for who is not in it.
  if (channel === undefined || (channel.isPrivate && channel.isForeign)) throw new SlackError('channel_not_found')
  return channel
}

function readable(call: MethodCall): SlackChannel {
  const channel = channelOf(call)
  if (channel.isForeign) throw new SlackError('not_in_channel')
  return channel
}

function listChannels({ workspace, args }: MethodCall): JsonObject {
  const types = (asString(args['types']) ?? 'public_channel').split(',')
  const found = workspace.channels.filter(
    ({ isPrivate, isForeign, isArchived }) =>
      types.includes(isPrivate ? 'private_channel' : 'public_channel') &&
      !(isPrivate && isForeign) &&
      !(isArchived && isTrue(args['exclude_archived'])),
  )
  const start = Number(args['cursor'] ?? 0) || 0
  const end = start + Math.min(1000, Number(args['limit'] ?? 100) || 100)
  return {
    channels: found.slice(start, end).map(renderChannel),
    response_metadata: { next_cursor: end < found.length ? String(end) : '' },
  }
}

function render(message: SlackMessage, showMetadata: boolean): JsonObject {
  const { channel: _, viaWebhook: __, metadata, ...shown } = message
  return { type: 'message', ...shown, bot_id: 'B1', ...(showMetadata && metadata && { metadata }) }
}

function renderChannel(channel: SlackChannel): JsonObject {
  const { id, name, isArchived = false, isPrivate = false, isForeign = false } = channel
  return { id, name, is_channel: true, is_private: isPrivate, is_member: !isForeign, is_archived: isArchived }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1'
}
