import { asArray, asObject, asString, isObject, type JsonObject } from '../json.ts'
import type { SlackChannel, SlackMessage, Workspace } from './workspace.ts'

const MAX_BLOCKS = 50
const MAX_SECTION_TEXT = 3000
const MAX_TEXT = 40_000

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
  'conversations.list': ({ workspace }) => ({
    channels: workspace.channels.map(renderChannel),
    response_metadata: { next_cursor: '' },
  }),
  'conversations.info': (call) => ({ channel: renderChannel(channelOf(call)) }),
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
  if (blocks.length > MAX_BLOCKS || allBlocks.some((block) => !isValidBlock(block))) throw new SlackError('invalid_blocks')
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
  const { type, text } = asObject(block)
  if (typeof type !== 'string') return false
  const content = asString(asObject(text)['text'])
  return type !== 'section' || content === undefined || (content.length > 0 && content.length <= MAX_SECTION_TEXT)
}

function postMessage(call: MethodCall): JsonObject {
  const channel = channelOf(call)
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
  return page(call, call.workspace.history(channelOf(call).id))
}

function replies(call: MethodCall): JsonObject {
  const thread = call.workspace.thread(channelOf(call).id, asString(call.args['ts']) ?? '')
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

function channelOf({ workspace, args }: MethodCall): SlackChannel {
  const channel = workspace.findChannel(asString(args['channel']) ?? '')
  if (channel === undefined) throw new SlackError('channel_not_found')
  return channel
}

function render(message: SlackMessage, showMetadata: boolean): JsonObject {
  const { channel: _, viaWebhook: __, metadata, ...shown } = message
  return { type: 'message', ...shown, bot_id: 'B1', ...(showMetadata && metadata && { metadata }) }
}

function renderChannel(channel: SlackChannel): JsonObject {
  return { ...channel, is_channel: true, is_member: true, is_archived: false }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1'
}
