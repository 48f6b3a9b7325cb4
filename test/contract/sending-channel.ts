import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card, CardRef } from '../../src/domain/notice/card.ts'
import type { Channel } from '../../src/ports/channel.ts'
import type { Faults } from '../../src/simulator/loopback/faults.ts'
import { everythingIn, faultOf } from '../adapters/faults.ts'
import { cardTitled } from './channel.ts'

/** A channel to which is only sent, and whoever is at its other end. */
export interface SendingWorld extends AsyncDisposable {
  channel: Channel
  /** Each message as a text, oldest first. `id`: what the other end knows repeats by, where it has something. */
  sent(): readonly { text: string; id: string | undefined }[]
  faults: Faults
  limitRate(retryAfterSeconds: number): void
  /** Texts that may appear in no error. */
  secrets: readonly string[]
  /** What was sent is not remembered: each card is a message of its own, also one that says nothing new. */
  keepsNoReference?: true
  /** Nobody is called by it. */
  isForPrograms?: true
}

/** What every Channel promises to which is only sent: that can be neither found nor changed. `open`: a fresh world for each test. */
export function describeSendingChannel(name: string, open: () => Promise<SendingWorld>): void {
  describe(`${name} as a Channel to which is only sent`, () => {
    let world: SendingWorld
    const publish = (card: Card, ref?: CardRef): Promise<CardRef | undefined> =>
      world.channel.publish({ channel: 'a', card, ref, thread: undefined })

    beforeEach(async () => {
      world = await open()
    })
    afterEach(() => world[Symbol.asyncDispose]())

    it('sends a card, and gives a reference by which the next one knows what was said, where it keeps one', async () => {
      const ref = await publish(cardTitled('Split'))
      expect(ref?.channel).toBe(world.keepsNoReference ? undefined : 'a')
      expect(world.sent()).toMatchObject([{ text: expect.stringContaining('Split') }])
    })

    it('sends what is new of a release as a message of its own', async () => {
      const ref = await publish(cardTitled('Split'))
      const next = await publish(cardTitled('Restored'), ref)
      expect(next?.timestamp === ref?.timestamp).toBe(world.keepsNoReference === true)
      expect(world.sent()).toMatchObject([{ text: expect.stringContaining('Split') }, { text: expect.stringContaining('Restored') }])
    })

    it('sends people nothing that is quiet: there is no card that could be completed in silence', async () => {
      const ref = await publish(cardTitled('Split'))
      const next = await world.channel.publish({ channel: 'a', card: cardTitled('Restored'), ref, thread: undefined, quiet: true })
      expect(next?.timestamp === ref?.timestamp).toBe(world.isForPrograms !== true)
      expect(world.sent()).toHaveLength(world.isForPrograms ? 2 : 1)
    })

    it('tells of each release by itself', async () => {
      await publish(cardTitled('Other', 'prod|uid-2|abc|2'))
      await publish(cardTitled('Own'))
      const sent = world.sent()
      expect(sent).toHaveLength(2)
      expect(new Set(sent.map(({ id }, index) => id ?? index)).size).toBe(2)
    })

    it('a message whose answer was lost is sent once more, under the same id where it has one', async () => {
      world.faults.inject({ fault: { kind: 'drop-after' } })
      expect(await faultOf(publish(cardTitled('Split')))).toMatchObject({ code: 'E_NOTIFIER_UNREACHABLE', retryable: true })
      await publish(cardTitled('Split'))
      const ids = world.sent().map(({ id }) => id)
      expect(ids).toHaveLength(2)
      expect(ids[0]).toBe(ids[1])
    })

    it('a rate limit is told with the time to wait, and not waited for', async () => {
      world.limitRate(17)
      expect(await faultOf(publish(cardTitled('Split')))).toMatchObject({ code: 'E_NOTIFIER_RATE_LIMITED', retryAfterSeconds: 17 })
      expect(world.sent()).toEqual([])
    })

    it.each([
      [500, 'E_NOTIFIER_UNREACHABLE', true],
      [503, 'E_NOTIFIER_UNREACHABLE', true],
      [408, 'E_NOTIFIER_UNREACHABLE', true],
      [401, 'E_NOTIFIER_AUTH', true],
      [404, 'E_NOTIFIER_REJECTED', false],
      [410, 'E_NOTIFIER_REJECTED', false],
      [302, 'E_NOTIFIER_REJECTED', false],
      [307, 'E_NOTIFIER_REJECTED', false],
    ])('an answer of %i is %s, and no redirect is followed', async (status, code, retryable) => {
      world.faults.inject({ fault: { kind: 'status', status, headers: { location: '/elsewhere' } } })
      expect(await faultOf(publish(cardTitled('Split')))).toMatchObject({ code, retryable })
      expect(world.sent()).toEqual([])
    })

    it.each([
      ['9', 9],
      [new Date(Date.now() + 60_000).toUTCString(), 60],
      ['soon', undefined],
    ])('a server that is busy says with Retry-After %s how long', async (value, wanted) => {
      world.faults.inject({ fault: { kind: 'status', status: 503, headers: { 'retry-after': value } } })
      const fault = (await faultOf(publish(cardTitled('Split')))) as { retryAfterSeconds?: number }
      // A date counts from now, and the test has begun before.
      const isNear = (seconds: number | undefined): boolean =>
        seconds === wanted || (wanted === 60 && (seconds ?? 0) > 20 && (seconds ?? 99) <= 60)
      expect(fault.retryAfterSeconds).toSatisfy(isNear)
    })

    it('no error shows a secret, whatever the answer repeats', async () => {
      for (const body of world.secrets.flatMap((secret) => [secret, { code: secret }, { error: { code: secret, message: secret } }])) {
        world.faults.inject({ fault: { kind: 'status', status: 400, body } })
        const seen = everythingIn(await faultOf(publish(cardTitled('Split'))))
        for (const secret of world.secrets) expect(seen).not.toContain(secret)
      }
      world.faults.inject({ fault: { kind: 'drop-before' } })
      const seen = everythingIn(await faultOf(publish(cardTitled('Split'))))
      for (const secret of world.secrets) expect(seen).not.toContain(secret)
    })
  })
}
