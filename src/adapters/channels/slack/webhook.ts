import { KedgeError } from '../../../domain/errors.ts'
import { parseRetryAfter } from '../../../domain/words/http-fields.ts'
import type { Channel } from '../../../ports/channel.ts'
import { beginningOf, isPage, networkReason } from '../http/post.ts'
import { fromStatus } from './errors.ts'
import { renderCard } from './message.ts'

export interface SlackWebhookOptions {
  /** The incoming webhook's URL. Whoever has it can post, so it appears in no error. */
  url: string
  /** Epoch ms: for a `Retry-After` that is a date. */
  now: () => number
  /** Default: the global one. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Of one request. Default 10 s. */
  timeoutMs?: number
}

const WHAT = 'the incoming webhook'

/**
 * Cards by one URL, into the one channel that Slack has tied to it. It answers no address, so every publish is a new message, what
 * would be a reply in a thread stands in it, and a message may come twice after a crash.
 */
export function createSlackWebhookChannel(options: SlackWebhookOptions): Channel {
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init))
  return {
    async publish({ card, thread, quiet }) {
      if (quiet) return undefined
      const response = await send(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderCard(card, { note: thread })),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
      }).catch((error: unknown) => {
        throw new KedgeError('E_NOTIFIER_UNREACHABLE', `Slack did not answer ${WHAT}: ${networkReason(error)}.`)
      })
      const text = await beginningOf(response)
      if (response.ok && isPage(text)) throw new KedgeError('E_NOTIFIER_UNREACHABLE', `A page answered in place of Slack to ${WHAT}.`)
      if (response.ok) return undefined
      const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), options.now())
      throw fromStatus(response.status, WHAT, { code: options.url.includes(text) ? undefined : text, retryAfterSeconds })
    },
  }
}
