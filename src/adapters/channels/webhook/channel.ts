import type { Buffer } from 'node:buffer'
import type { Channel } from '../../../ports/channel.ts'
import { post } from '../http/post.ts'
import { toEvent } from './event.ts'
import { signatureHeaders } from './signature.ts'

export interface WebhookChannelOptions {
  url: string
  /** What it is signed by: one, or two while the secret changes. */
  keys: readonly Buffer[]
  /** Epoch ms. */
  now: () => number
  /** Of one request. Default 10 s. */
  timeoutMs?: number
}

/**
 * Events for programs, at one address. What was told last stands in the reference of the card, so that the next card knows whether it tells
 * of another step. Nothing is retried here; a repeat, at most one a crash, has the id of the first.
 */
export function createWebhookChannel({ url, keys, now, timeoutMs }: WebhookChannelOptions): Channel {
  return {
    async publish({ channel, card, ref }) {
      const { mark, event } = toEvent(card, ref?.timestamp, now())
      const body = JSON.stringify(event)
      const headers = {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...signatureHeaders(keys, { id: event.id, seconds: Math.floor(now() / 1_000), body }),
      }
      await post({ url, headers, body, who: 'The webhook', now, timeoutMs })
      return { channel, timestamp: mark }
    },
  }
}
