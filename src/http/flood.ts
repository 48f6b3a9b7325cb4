import type { Clock } from '../ports/clock.ts'
import type { IncomingWebhook } from '../ports/webhook.ts'
import { accept, refuse, type Delivery } from './deliveries.ts'

/** So many deliveries of one sender are read within a second. */
const MOST_A_SECOND = 20

/** Who sends more than is read. */
export interface Floods {
  /** Whether one more delivery of this sender is to be read now. */
  admits(source: string): boolean
}

/** See {@link Floods}. */
export function createFloods(clock: Clock): Floods {
  const seconds = new Map<string, { from: number; count: number }>()
  return {
    admits(source) {
      const now = clock.elapsed()
      const known = seconds.get(source)
      const second = known && now - known.from < 1_000 ? known : { from: now, count: 0 }
      second.count += 1
      seconds.set(source, second)
      return second.count <= MOST_A_SECOND
    },
  }
}

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
