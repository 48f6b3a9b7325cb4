import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingDelivery, IncomingWebhook } from '../../../ports/webhook.ts'
import { deliveryId, hintsAt } from '../http/incoming.ts'

/** Events that can mean a new commit or another state of our PR, as projects and groups send them. */
const EVENTS: ReadonlySet<string> = new Set(['Push Hook', 'Merge Request Hook'])
/** The same of a whole server. Its hook has one name for everything, so that only the payload says what it is. */
const OF_SYSTEM = /"(?:object_kind|event_name)"\s*:\s*"(?:push|merge_request|repository_update)"/
const SIGNING = /^whsec_([A-Za-z0-9+/]{20,}={0,2})$/

/**
 * Webhooks as GitLab sends them (docs, "Webhooks"): with a secret token in `X-Gitlab-Token`, or, where the secret is a signing token
 * (`whsec_…`), signed over id, time and body. What is signed is never taken with a token instead.
 */
export const gitlabWebhook: IncomingWebhook = {
  verify(delivery, secret) {
    const key = SIGNING.exec(secret)?.[1]
    return key === undefined ? hasToken(delivery, secret) : isSigned(delivery, key)
  },
  unverified: 'X-Gitlab-Token is missing or is not our secret; or, with a signing token, webhook-signature does not fit this body.',
  idOf: ({ header }) => deliveryId(header('webhook-id') ?? header('idempotency-key') ?? header('x-gitlab-event-uuid')),
  withoutId: 'None of webhook-id, Idempotency-Key and X-Gitlab-Event-UUID is a delivery id.',
  kindOf({ header, body }) {
    const event = header('x-gitlab-event') ?? ''
    if (event === 'System Hook') return OF_SYSTEM.test(Buffer.from(body).toString('utf8')) ? 'hint' : 'other'
    return EVENTS.has(event) ? 'hint' : 'other'
  },
  hints(payload) {
    return hintsAt((payload as { project?: { git_http_url?: unknown } } | null)?.project?.git_http_url)
  },
  withoutHints: 'The payload names no repository (project.git_http_url).',
}

/** Compared by hashes, so that also the length of the secret takes no time of its own. */
function hasToken({ header }: IncomingDelivery, secret: string): boolean {
  const given = header('x-gitlab-token')
  if (given === undefined || secret === '') return false
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(secret))
}

/** `v1,<base64>` of the HMAC over id, time and body, each apart by a dot; a header may hold several. */
function isSigned({ header, body }: IncomingDelivery, key: string): boolean {
  const right = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${header('webhook-id') ?? ''}.${header('webhook-timestamp') ?? ''}.`)
    .update(body)
    .digest()
  return (header('webhook-signature') ?? '').split(' ', 10).some((signature) => {
    const given = Buffer.from(/^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature)?.[1] ?? '', 'base64')
    return given.length === right.length && timingSafeEqual(given, right)
  })
}
