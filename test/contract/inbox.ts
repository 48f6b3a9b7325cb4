import { describe, expect, it } from 'vitest'
import { inboxName, type Inbox } from '../../src/ports/inbox.ts'

/** One implementation under test. */
export interface InboxUnderTest {
  name: string
  /** An empty inbox; disposed when the test ends. */
  open: () => (Inbox & AsyncDisposable) | Promise<Inbox & AsyncDisposable>
}

/** What every Inbox keeps to. */
export function describeInbox({ name, open }: InboxUnderTest): void {
  const delivery = { source: 'github', id: 'guid-1', receivedAt: 1, body: '{"ref":"refs/heads/main"}' } as const

  describe(`${name} as an Inbox`, () => {
    it('accepts a delivery once, and an id of each sender', async () => {
      await using inbox = await open()
      expect(await inbox.accept(delivery)).toBe(true)
      expect(await inbox.accept({ ...delivery, body: 'another' })).toBe(false)
      expect(await inbox.accept({ ...delivery, source: 'argocd' })).toBe(true)
      expect((await inbox.pending()).map(({ source, body }) => [source, body])).toEqual([
        ['argocd', delivery.body],
        ['github', delivery.body],
      ])
    })

    it('of two accepted at the same moment, one is the first', async () => {
      await using inbox = await open()
      expect(await Promise.all([inbox.accept(delivery), inbox.accept(delivery)])).toEqual([true, false])
    })

    it('a delivery that is done is not pending, and is still known', async () => {
      await using inbox = await open()
      await inbox.accept(delivery)
      await inbox.done('github', 'guid-1')
      expect(await inbox.pending()).toEqual([])
      expect(await inbox.accept(delivery)).toBe(false)
    })

    it('a delivery that is put aside is not pending, and is still known', async () => {
      await using inbox = await open()
      await inbox.accept(delivery)
      await inbox.putAside('github', 'guid-1')
      await inbox.putAside('github', 'another')
      expect(await inbox.pending()).toEqual([])
      expect(await inbox.accept(delivery)).toBe(false)
    })

    it('what was never accepted can be done, and changes nothing', async () => {
      await using inbox = await open()
      await inbox.done('github', 'guid-1')
      expect(await inbox.accept(delivery)).toBe(true)
      await inbox.done('argocd', 'guid-1')
      expect(await inbox.pending()).toHaveLength(1)
    })

    it('hands out pending deliveries in the order they came, those of one moment by name', async () => {
      await using inbox = await open()
      for (const [id, receivedAt] of Object.entries({ late: 9, b: 4, a: 4, early: 2 })) await inbox.accept({ ...delivery, id, receivedAt })
      expect((await inbox.pending()).map(({ id }) => id)).toEqual(['early', 'a', 'b', 'late'])
    })

    it('leaves out of what is pending what the caller knows', async () => {
      await using inbox = await open()
      for (const id of ['a', 'b']) await inbox.accept({ ...delivery, id })
      expect((await inbox.pending(new Set([inboxName({ source: 'github', id: 'a' })]))).map(({ id }) => id)).toEqual(['b'])
    })

    it('keeps a body as it was', async () => {
      await using inbox = await open()
      const body = '{"text":"\u2028 日本語 \\u0000"}'
      await inbox.accept({ ...delivery, body })
      expect((await inbox.pending())[0]?.body).toBe(body)
    })
  })
}
