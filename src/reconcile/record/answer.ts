import { placeAt } from '../../domain/notice/placed-card.ts'
import { newestPullRequest } from '../../domain/release/handling.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Said } from '../../domain/release/snooze.ts'
import type { CardAnswer } from '../../ports/interaction.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { openOn } from '../tell/lead.ts'
import { tellStorm } from '../tell/tell-storm.ts'
import { tell } from '../tell/tell.ts'
import { policyOf } from '../tell/whom.ts'
import { recordRelease } from './moves.ts'

/** `absent`: the ledger knows no such card there; `over`: all that it is about has ended. */
export type AnswerResult = 'answered' | 'absent' | 'over'

/**
 * A person has answered a card: it is recorded with every release that the card stands for, and the card says so.
 * @param side who has brought the answer: a card of another side is none
 * @returns also the releases that it was recorded with
 * @throws KedgeError E_LEDGER_*
 */
export async function answerCard(
  environment: Environment,
  journal: Journal,
  { answer, side }: { answer: CardAnswer; side: string },
): Promise<{ result: AnswerResult; releases: readonly Release[] }> {
  let meant = meantBy(environment, answer, side)
  await journal.commit(() => {
    meant = meantBy(environment, answer, side)
    const { releases, place } = meant
    return place ? releases.flatMap((release) => recorded(environment, release, answer, place.channel)) : []
  })
  const storm = meant.place?.storm
  if (storm) await tellStorm(environment, journal, storm.key)
  return meant
}

/** What comes of an answer, as far as is known; nothing is recorded. */
export function answerTo(environment: Environment, answer: CardAnswer, side: string): AnswerResult {
  return meantBy(environment, answer, side).result
}

interface Meant {
  result: AnswerResult
  releases: readonly Release[]
  /** Where the card is that was answered. Undefined where it is `absent`. */
  place?: ReturnType<typeof placeAt>
}

function meantBy(environment: Environment, { card: key, ref }: CardAnswer, side: string): Meant {
  const { ledger, channel } = environment
  const [card, release] = [ledger.read('card', key), ledger.read('release', key)]
  const place = card && placeAt(card, ref)
  if (!release || !place || (channel?.sideOf && channel.sideOf(place.channel) !== side)) return { result: 'absent', releases: [] }
  const releases = openOn(environment, release, place)
  return { result: releases.length > 0 ? 'answered' : 'over', releases, place }
}

function recorded(environment: Environment, release: Release, { says, by, user }: CardAnswer, channel: string): readonly LedgerEntry[] {
  const at = environment.clock.now()
  const said: Said = { by, user, channel, at }
  // Who says twice that they are on it says nothing new.
  if (says.type === 'on-it' && release.onIt?.user === user && release.onIt.by === by) return []
  const revert = revertOf(environment, release)
  const { document, entries } = recordRelease(
    environment,
    release.key,
    says.type === 'on-it'
      ? { type: 'release-acknowledged', facts: { onIt: said } }
      : {
          type: 'release-snoozed',
          facts: { snooze: { ...said, until: at + says.minutes * 60_000, pullRequest: newestPullRequest(revert) } },
        },
  )
  return document ? [...entries, ...tell(environment, document, revert, policyOf(environment, release))] : []
}
