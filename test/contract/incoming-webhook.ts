import { describe, expect, it } from 'vitest'
import type { IncomingWebhook } from '../../src/ports/webhook.ts'

/** What a sender sends: a body, and the headers that go with it. */
export interface SentDelivery {
  body: string
  headers: Readonly<Record<string, string>>
}

export interface WebhookWorld {
  webhook: IncomingWebhook
  /** The sender has no delivery that only tries the connection. */
  hasNoPing?: true
  /** A delivery as the sender signs it. Without a repository, its payload says nothing. */
  readonly send: (what: { event: 'push' | 'ping' | 'other'; secret: string; repository?: string; id?: string }) => SentDelivery
}

const REPO = 'https://git.example/acme/gitops.git'
const incoming = ({ body, headers }: SentDelivery) => ({
  header: (name: string) => headers[name.toLowerCase()],
  body: Buffer.from(body),
})

/** What every incoming webhook promises. */
export function describeIncomingWebhook(name: string, { webhook, send, hasNoPing }: WebhookWorld): void {
  describe(`${name} as an incoming webhook`, () => {
    const push = send({ event: 'push', secret: 's3cret', repository: REPO, id: 'd-1' })

    it('takes what was signed with the secret, and nothing else', () => {
      expect(webhook.verify(incoming(push), 's3cret')).toBe(true)
      expect(webhook.verify(incoming(push), 'another')).toBe(false)
      expect(webhook.verify(incoming({ ...push, body: `${push.body} ` }), 's3cret')).toBe(false)
      expect(webhook.verify(incoming({ ...push, headers: {} }), 's3cret')).toBe(false)
    })

    it('takes nothing under an empty secret', () => {
      expect(webhook.verify(incoming(send({ event: 'push', secret: '', repository: REPO })), '')).toBe(false)
    })

    it('knows a delivery again by its id, and one without an id for what it is', () => {
      expect(webhook.idOf(incoming(push))).toBe('d-1')
      expect(webhook.idOf(incoming(send({ event: 'push', secret: 's3cret', id: '' })))).toBeUndefined()
      expect(webhook.idOf(incoming(send({ event: 'push', secret: 's3cret', id: '../../etc' })))).toBeUndefined()
    })

    it('tells a hint from a ping and from what is not for Kedge', () => {
      const kinds = (['push', 'ping', 'other'] as const).map((event) => webhook.kindOf(incoming(send({ event, secret: 's' }))))
      expect(kinds).toEqual(['hint', hasNoPing ? 'other' : 'ping', 'other'])
    })

    it('hints at the normalised repository, and at nothing where the payload names none', () => {
      expect(webhook.hints(JSON.parse(push.body))).toEqual([{ look: 'repository', repository: 'git.example/acme/gitops' }])
      for (const payload of [null, 1, 'x', [], {}, { repository: null }, { repository: { clone_url: 7 } }])
        expect(webhook.hints(payload)).toEqual([])
    })

    it('has a sentence for each thing that a delivery can lack', () => {
      for (const sentence of [webhook.unverified, webhook.withoutId, webhook.withoutHints]) expect(sentence).toMatch(/^[A-Z].+\.$/)
    })
  })
}
