import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingDelivery, IncomingWebhook } from '../../../ports/webhook.ts'
import { fieldOf } from '../http/texts.ts'

/** More of one payload do not make its id another. */
const MOST_ALERTS = 20_000

/**
 * Alertmanager's webhook receiver, payload of version 4, with `authorization` (Bearer) or `basic_auth` of its `http_config`. It says that
 * something has changed, and no more: Kedge asks Alertmanager itself. Source: prometheus/alertmanager `template.Data`, `notify/webhook`.
 */
export const alertmanagerWebhook: IncomingWebhook = {
  verify: ({ header }, secret) => isSame(secretIn(header('authorization')), secret),
  unverified: 'The shared secret is missing or wrong (Authorization: Bearer, or the password of Basic).',
  idOf({ body }) {
    const alerts = alertsOf(body)
    if (!alerts) return undefined
    const hash = createHash('sha256')
    for (const text of alerts.slice(0, MOST_ALERTS).map(nameOf).toSorted()) hash.update(text)
    return hash.digest('hex').slice(0, 40)
  },
  withoutId: 'This is no payload of Alertmanager, version 4: `alerts` is missing.',
  kindOf: ({ body }) => (alertsOf(body)?.length === 0 ? 'other' : 'hint'),
  hints: (payload) => (Array.isArray(fieldOf(payload, 'alerts')) && fieldOf(payload, 'version') === '4' ? [{ look: 'alerts' }] : []),
  saysOneThing: { look: 'alerts' },
  withoutHints: 'The payload is not of version 4.',
}

/** The same alert that begins once, and has ended or not, however often it is told. */
function nameOf(alert: unknown): string {
  const [fingerprint, startsAt, status] = ['fingerprint', 'startsAt', 'status'].map((name) => fieldOf(alert, name))
  return `${short(fingerprint)} ${short(startsAt)} ${short(status)}\n`
}

function short(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : ''
}

function alertsOf(body: IncomingDelivery['body']): readonly unknown[] | undefined {
  const known = parsed.get(body)
  if (known) return known.alerts
  const alerts = parse(body)
  parsed.set(body, { alerts })
  return alerts
}

/** One delivery is asked several questions, and may be long. */
const parsed = new WeakMap<Uint8Array, { alerts: readonly unknown[] | undefined }>()

function parse(body: Uint8Array): readonly unknown[] | undefined {
  try {
    const alerts = fieldOf(JSON.parse(Buffer.from(body).toString('utf8')), 'alerts')
    return Array.isArray(alerts) ? alerts : undefined
  } catch {
    return undefined
  }
}

function secretIn(header: string | undefined): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
  const basic = /^Basic +([\w+/=-]+)$/i.exec(header ?? '')?.[1]
  return (
    bearer ??
    (basic &&
      Buffer.from(basic, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, ''))
  )
}

function isSame(given: string | undefined, secret: string): boolean {
  if (given === undefined || secret === '') return false
  const hashed = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hashed(given), hashed(secret))
}
