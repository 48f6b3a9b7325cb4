import { createHmac, randomUUID } from 'node:crypto'

/** Where events go. */
export interface WebhookTarget {
  url: string
  secret: string
}

/** One attempt to tell the target of an event. `status` is absent where it could not be reached. */
export interface WebhookDelivery {
  id: string
  event: string
  payload: string
  status?: number
}

/** GitHub delivers each event at most once and never by itself again. */
export interface Webhooks {
  setTarget(target: WebhookTarget | undefined): void
  deliver(event: string, payload: unknown): void
  /** What a person does by hand: the same delivery once more, with the same id. */
  redeliver(id: string): Promise<void>
  deliveries: WebhookDelivery[]
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>
}

/** What shows a delivery to be the forge's own, and says what it is. */
type Sign = (delivery: WebhookDelivery, secret: string) => Record<string, string>

/** As https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries says. */
const asGitHub: Sign = ({ event, id, payload }, secret) => ({
  'user-agent': 'GitHub-Hookshot/simulator',
  'x-github-event': event,
  'x-github-delivery': id,
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`,
})

/** Delivery of events. */
export function createWebhooks(sign = asGitHub): Webhooks {
  const deliveries: WebhookDelivery[] = []
  const underWay = new Set<Promise<void>>()
  let target: WebhookTarget | undefined

  async function post(delivery: WebhookDelivery, to: WebhookTarget): Promise<void> {
    const headers = { 'content-type': 'application/json', ...sign(delivery, to.secret) }
    try {
      const response = await fetch(to.url, {
        method: 'POST',
        headers,
        body: delivery.payload,
        signal: AbortSignal.timeout(10_000),
      })
      delivery.status = response.status
      await response.arrayBuffer()
    } catch {
      delete delivery.status
    }
  }

  function start(delivery: WebhookDelivery): Promise<void> {
    if (target === undefined) return Promise.resolve()
    const attempt = post(delivery, target).finally(() => underWay.delete(attempt))
    underWay.add(attempt)
    return attempt
  }

  return {
    deliveries,
    setTarget: (next) => {
      target = next
    },
    deliver(event, payload) {
      if (target === undefined) return
      const delivery: WebhookDelivery = { id: randomUUID(), event, payload: JSON.stringify(payload) }
      deliveries.push(delivery)
      void start(delivery)
    },
    async redeliver(id) {
      const delivery = deliveries.find((candidate) => candidate.id === id)
      if (delivery === undefined) throw new Error(`no delivery ${id}`)
      await start(delivery)
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
