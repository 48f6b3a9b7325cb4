import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingWebhook } from '../../../ports/webhook.ts'
import { deliveryId, hintsAt } from '../http/incoming.ts'

/** Events that can mean a new commit or another state of our PR. */
const EVENTS: ReadonlySet<string> = new Set(['push', 'pull_request'])

/** Webhooks as GitHub signs and numbers them (docs, "Validating webhook deliveries"). */
export const githubWebhook: IncomingWebhook = {
  verify: ({ header, body }, secret) => isSigned(body, header('x-hub-signature-256'), secret),
  unverified: 'X-Hub-Signature-256 is missing, or is not the HMAC of this body under our secret.',
  idOf: ({ header }) => deliveryId(header('x-github-delivery')),
  withoutId: 'X-GitHub-Delivery is missing or is not a delivery id.',
  kindOf({ header }) {
    const event = header('x-github-event') ?? ''
    if (event === 'ping') return 'ping'
    return EVENTS.has(event) ? 'hint' : 'other'
  },
  hints(payload) {
    return hintsAt((payload as { repository?: { clone_url?: unknown } } | null)?.repository?.clone_url)
  },
  withoutHints: 'The payload names no repository (repository.clone_url).',
}

/** `X-Hub-Signature-256` over the bytes as they came. The older SHA-1 header is never enough. */
function isSigned(bytes: Uint8Array, header: string | undefined, secret: string): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1]
  if (hex === undefined || secret === '') return false
  return timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), Buffer.from(hex, 'hex'))
}
