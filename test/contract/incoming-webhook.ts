import { describe, expect, it } from 'vitest'
import type { Hint, IncomingWebhook } from '../../src/ports/webhook.ts'

/** What a sender sends: a body, and the headers that go with it. */
export interface SentDelivery {
  body: string
  headers: Readonly<Record<string, string>>
}

export interface WebhookWorld {
  webhook: IncomingWebhook
  /** The sender has no delivery that only tries the connection. */
  hasNoPing?: true
  /** The sender shows the secret itself, and signs no body with it. */
  signsNothing?: true
  /** The sender gives no ids: a delivery is known by what it says. */
  givesNoIds?: true
  /** What a push to the repository hints at; that repository where nothing is said. */
  hint?: Hint
  /** A delivery as the sender signs it. Without a repository, its payload says nothing. */
  readonly send: (what: { event: 'push' | 'ping' | 'other'; secret: string; repository?: string; id?: string }) => SentDelivery
}

const REPO = 'https://git.example/acme/gitops.git'
const THE_REPOSITORY: Hint = { look: 'repository', repository: 'git.example/acme/gitops' }
const incoming = ({ body, headers }: SentDelivery) => ({
  header: (name: string) => headers[name.toLowerCase()],
  body: Buffer.from(body),
})

/** What every incoming webhook promises. */
export function describeIncomingWebhook(name: string, world: WebhookWorld): void {
  const { webhook, send, hasNoPing, signsNothing, givesNoIds, hint = THE_REPOSITORY } = world

  describe(`${name} as an incoming webhook`, () => {
    const push = send({ event: 'push', secret: 's3cret', repository: REPO, id: 'd-1' })

    it('takes what was signed with the secret, and nothing else', () => {
      expect(webhook.verify(incoming(push), 's3cret')).toBe(true)
      expect(webhook.verify(incoming(push), 'another')).toBe(false)
      expect(webhook.verify(incoming({ ...push, body: `${push.body} ` }), 's3cret')).toBe(signsNothing === true)
      expect(webhook.verify(incoming({ ...push, headers: {} }), 's3cret')).toBe(false)
    })

    it('takes nothing under an empty secret', () => {
      expect(webhook.verify(incoming(send({ event: 'push', secret: '', repository: REPO })), '')).toBe(false)
    })

    it('knows a delivery again, and no other for it', () => {
      const ids = ['d-1', 'd-1', 'd-2'].map((id) =>
        webhook.idOf(incoming(send({ event: 'push', secret: 's3cret', repository: `${REPO}?${id}`, id }))),
      )
      expect(ids[0]).toMatch(/^[\w-]{1,100}$/)
      expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false])
    })

    it.skipIf(givesNoIds)('knows a delivery by the id that the sender gives, and one without an id for what it is', () => {
      expect(webhook.idOf(incoming(push))).toBe('d-1')
      expect(webhook.idOf(incoming(send({ event: 'push', secret: 's3cret', id: '' })))).toBeUndefined()
      expect(webhook.idOf(incoming(send({ event: 'push', secret: 's3cret', id: '../../etc' })))).toBeUndefined()
    })

    it('tells a hint from a ping and from what is not for Kedge', () => {
      const kinds = (['push', 'ping', 'other'] as const).map((event) => webhook.kindOf(incoming(send({ event, secret: 's' }))))
      expect(kinds).toEqual(['hint', hasNoPing ? 'other' : 'ping', 'other'])
    })

    it('hints at what the payload names, and at nothing where it names nothing', () => {
      expect(webhook.hints(JSON.parse(push.body))).toEqual([hint])
      for (const payload of [null, 1, 'x', [], {}, { repository: null }, { repository: { clone_url: 7 } }])
        expect(webhook.hints(payload)).toEqual([])
    })

    it('may be answered unread, where all its deliveries say one thing, by that alone', () => {
      if (webhook.saysOneThing === undefined) return
      expect([signsNothing, webhook.saysOneThing]).toEqual([true, hint])
    })

    it('has a sentence for each thing that a delivery can lack', () => {
      for (const sentence of [webhook.unverified, webhook.withoutId, webhook.withoutHints]) expect(sentence).toMatch(/^[A-Z].+\.$/)
    })
  })
}
