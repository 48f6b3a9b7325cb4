import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingDelivery, IncomingWebhook } from '../../../ports/webhook.ts'
import { deliveryId, hintsAt } from '../http/incoming.ts'

/** Events that can mean a new commit or another state of our PR. Reviews and labels of a PR have names of their own; none matters here. */
const EVENTS: ReadonlySet<string> = new Set(['push', 'create', 'delete', 'pull_request', 'repository'])

/** Webhooks as Gitea and Forgejo sign and number them; both send Gitea's headers, Forgejo its own beside them. */
export const giteaWebhook: IncomingWebhook = {
  verify: (delivery, secret) => isSigned(delivery.body, of(delivery, 'signature'), secret),
  unverified: 'X-Gitea-Signature (X-Forgejo-Signature) is missing, or is not the HMAC of this body under our secret.',
  idOf: (delivery) => deliveryId(of(delivery, 'delivery')),
  withoutId: 'X-Gitea-Delivery is missing or is not a delivery id.',
  kindOf(delivery) {
    const event = of(delivery, 'event') ?? ''
    // There is no event for it: Gitea tries a webhook with a push of the newest commit.
    if (event === 'ping') return 'ping'
    return EVENTS.has(event) ? 'hint' : 'other'
  },
  hints(payload) {
    return hintsAt((payload as { repository?: { clone_url?: unknown } } | null)?.repository?.clone_url)
  },
  withoutHints: 'The payload names no repository (repository.clone_url).',
}

function of({ header }: IncomingDelivery, what: 'signature' | 'delivery' | 'event'): string | undefined {
  return header(`x-gitea-${what}`) ?? header(`x-forgejo-${what}`)
}

/** The HMAC-SHA256 in hex over the bytes as they came. */
function isSigned(bytes: Uint8Array, header: string | undefined, secret: string): boolean {
  if (secret === '' || !/^[0-9a-f]{64}$/i.test(header ?? '')) return false
  return timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), Buffer.from(header ?? '', 'hex'))
}
