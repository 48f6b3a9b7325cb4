import type { IncomingWebhook } from '../../ports/webhook.ts'
import { accept, refuse, type Delivery } from './deliveries.ts'

/**
 * Answers a delivery without reading it, where its sender is known by its headers and it says what all of them say. It is not kept: whoever
 * starts anew looks at what all of them are about.
 */
export function shed(
  delivery: Delivery,
  { source, webhook, secrets }: { source: string; webhook: IncomingWebhook; secrets: readonly string[] },
): void {
  const { options, request } = delivery
  const incoming = { header: (wanted: string) => request.get(wanted), body: new Uint8Array() }
  request.resume()
  if (!secrets.some((secret) => webhook.verify(incoming, secret))) return refuse(delivery, source, 'unauthorized', webhook.unverified)
  if (webhook.saysOneThing?.look === 'alerts') options.enqueueAlerts?.()
  accept(delivery, source, 'duplicate', 202)
}
