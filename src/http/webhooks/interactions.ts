import type { CardAnswer } from '../../ports/interaction.ts'
import { answerError } from '../request/answers.ts'
import type { InteractionSender } from '../request/options.ts'
import { readBody, refuse, refuseUnconfigured, type Delivery } from './deliveries.ts'

type Entry = InteractionSender['entries'][number]

/**
 * A person has answered a card. Taken once: the signature is kept, and nothing of the body, which has secrets of the channel in it. What
 * was done is in the ledger before it is acknowledged.
 */
export async function receiveAnswer(delivery: Delivery, { id: source, name, interaction, entries }: InteractionSender): Promise<void> {
  const { options, request, response } = delivery
  if (entries.length === 0) return refuseUnconfigured(response, name)
  const body = await readBody(delivery, source)
  if (!body) return
  const incoming = { header: (wanted: string) => request.get(wanted), body }
  const signed = entries.filter(({ secret }) => interaction.verify(incoming, secret, options.clock.now()))
  if (signed.length === 0) return refuse(delivery, source, 'unauthorized', interaction.unverified)
  const read = signed.map((entry) => ({ entry, says: interaction.read(body, entry.options) }))
  if (read.every(({ says }) => says === undefined)) return refuse(delivery, source, 'malformed', `This is nothing that ${name} sends.`)
  const answers = read.flatMap(({ entry, says }) => (typeof says === 'object' ? [{ entry, says }] : []))
  if (answers.length > 0) return take(delivery, source, { id: interaction.idOf(incoming), answers })
  if (read.some(({ says }) => says === 'foreign'))
    return refuse(delivery, source, 'unauthorized', 'Whoever pressed it is not of the workspace whose people may.')
  acknowledge(delivery, source, 'ignored')
}

async function take(
  delivery: Delivery,
  source: string,
  { id, answers }: { id: string; answers: readonly { entry: Entry; says: CardAnswer }[] },
): Promise<void> {
  const { inbox, clock, answer, logger } = delivery.options
  try {
    if (!(await inbox.accept({ source, id, receivedAt: clock.now(), body: '' })))
      return refuse(delivery, source, 'unauthorized', 'This very request was taken before.')
    for (const { entry, says } of answers) {
      const result = (await answer?.(says, entry.name)) ?? 'absent'
      if (result === 'absent') continue
      await inbox.done(source, id)
      return acknowledge(delivery, source, result === 'answered' ? 'accepted' : 'ignored')
    }
    await inbox.done(source, id)
  } catch (fault) {
    logger.error('answer not kept', { source, fault })
    return refuse(delivery, source, 'unavailable', 'The answer could not be written down, so it was not taken.')
  }
  delivery.options.counted?.(source, 'malformed')
  answerError(delivery.response, 404, 'E_HTTP_NOT_FOUND', 'The ledger has no such card at this place.')
}

/** A channel shows a person nothing where the answer is a bare 200. */
function acknowledge({ options, response }: Delivery, source: string, result: 'accepted' | 'ignored'): void {
  options.counted?.(source, result)
  response.status(200).end()
}
