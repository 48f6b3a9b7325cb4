import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CardAnswer, IncomingInteraction } from '../../src/ports/interaction.ts'
import type { SentDelivery } from './incoming-webhook.ts'

/** What a person answers, and where. */
export interface GivenAnswer extends Pick<CardAnswer, 'card' | 'ref' | 'says' | 'user'> {
  /** What they call themselves. */
  name: string
  /** They are of another organisation than the admin's. */
  isStranger?: true
}

export interface InteractionWorld<Options, Credential> {
  interaction: IncomingInteraction<Options, Credential>
  /** Of an entry whose people may answer. */
  options: Options
  credentials: { taking: Credential; secret: string; notTaking: Credential }
  /** As the channel signs it, at that moment, epoch ms. */
  send(answer: GivenAnswer, signed: { secret: string; at: number }): SentDelivery
  /** The same for what is nothing of Kedge's. */
  sendOther(signed: { secret: string; at: number }): SentDelivery
}

const NOW = Date.UTC(2026, 11, 1, 22)
const MINUTE = 60_000
const ANSWER: GivenAnswer = {
  card: 'release-1',
  ref: { channel: 'C1', timestamp: '1700000000.000001' },
  says: { type: 'on-it' },
  user: 'U1',
  name: 'ada',
}

const incoming = ({ body, headers }: SentDelivery) => ({
  header: (name: string) => headers[name.toLowerCase()],
  body: Buffer.from(body),
})

/** What every IncomingInteraction promises. */
export function describeIncomingInteraction<Options, Credential>(name: string, world: InteractionWorld<Options, Credential>): void {
  const { interaction, options, credentials } = world
  const { secret } = credentials
  const send = (more: Partial<GivenAnswer> = {}, at = NOW) => world.send({ ...ANSWER, ...more }, { secret, at })
  const read = (delivery: SentDelivery) => interaction.read(incoming(delivery).body, options)

  describe(`${name} as an incoming interaction`, () => {
    it('knows the secret of an entry that takes answers, and that another takes none', () => {
      expect(interaction.secret(credentials.taking)).toBe(secret)
      expect(interaction.secret(credentials.notTaking)).toBeUndefined()
    })

    it('takes what was signed with the secret, and nothing else', () => {
      const sent = send()
      expect(interaction.verify(incoming(sent), secret, NOW)).toBe(true)
      expect(interaction.verify(incoming(sent), `${secret}x`, NOW)).toBe(false)
      expect(interaction.verify(incoming({ ...sent, body: `${sent.body} ` }), secret, NOW)).toBe(false)
      expect(interaction.verify(incoming({ ...sent, headers: {} }), secret, NOW)).toBe(false)
    })

    it('takes nothing under an empty secret', () => {
      expect(interaction.verify(incoming(world.send(ANSWER, { secret: '', at: NOW })), '', NOW)).toBe(false)
    })

    it.each([-60, 60])('takes nothing that was signed %i minutes from now: it may have been kept', (minutes) => {
      expect(interaction.verify(incoming(send({}, NOW + minutes * MINUTE)), secret, NOW)).toBe(false)
    })

    it('knows a delivery again, and no other for it', () => {
      const [one, again, other] = [send(), send(), send({ card: 'release-2' })].map((sent) => interaction.idOf(incoming(sent)))
      expect(one).toMatch(/\S/)
      expect([again === one, other === one]).toEqual([true, false])
    })

    it('tells who answers which card at which place, and what', () => {
      expect(read(send())).toMatchObject({
        card: 'release-1',
        ref: ANSWER.ref,
        says: { type: 'on-it' },
        user: 'U1',
        by: expect.stringContaining('ada'),
      })
      expect(read(send({ says: { type: 'snooze', minutes: 60 } }))).toMatchObject({ says: { type: 'snooze', minutes: 60 } })
      expect(read(send({ says: { type: 'snooze', minutes: 0 } }))).toMatchObject({ says: { type: 'snooze', minutes: 0 } })
    })

    it('says a name that people choose themselves as one short and harmless line, and where it is from', () => {
      const told = read(send({ name: `a\u202eb\nc\u0000${'x'.repeat(1_000)}` }))
      const { by } = told as CardAnswer
      expect(by).not.toMatch(/[\p{C}\n]/u)
      expect(by.length).toBeLessThan(200)
      expect(by).not.toBe((read(send({ name: 'x' })) as CardAnswer).by)
    })

    it('tells strangers, and what is nothing of ours, for what they are', () => {
      expect(read(send({ isStranger: true }))).toBe('foreign')
      expect(read(world.sendOther({ secret, at: NOW }))).toBe('other')
    })

    it('reads nothing in what is no delivery, and never throws', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          expect([undefined, 'other', 'foreign']).toContain(interaction.read(bytes, options))
        }),
        { numRuns: 100 },
      )
    })

    it('has a sentence for what cannot be verified', () => {
      expect(interaction.unverified).toMatch(/^[A-Z].+\.$/)
    })
  })
}
