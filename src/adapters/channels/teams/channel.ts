import { createHash } from 'node:crypto'
import { KedgeError } from '../../../domain/errors.ts'
import type { Card } from '../../../domain/notice/card.ts'
import type { Channel } from '../../../ports/channel.ts'
import { isPage, post } from '../http/post.ts'
import { renderCard, renderNews } from './adaptive-card.ts'

export interface TeamsChannelOptions {
  /** Of the workflow. Whoever has it can post, so it appears in no error. */
  url: string
  /** Epoch ms. */
  now: () => number
  /** Of one request. Default 10 s. */
  timeoutMs?: number
}

/**
 * Cards in one Teams channel by a workflow that posts what it gets. It can change nothing that it has posted: what is new of a release is a
 * message of its own, and a message may come twice after a crash. What was said last stands in the reference, by its hash.
 */
export function createTeamsChannel({ url, now, timeoutMs }: TeamsChannelOptions): Channel {
  return {
    async publish({ channel, card, ref, thread, quiet }) {
      const said = hashOf(card)
      // What is news by the ledger is sent in the same words, too: something else may have been read since.
      if (ref && (quiet || (ref.timestamp === said && thread === undefined))) return ref
      const body = JSON.stringify(ref ? renderNews(card) : renderCard(card))
      const answer = await post({ url, headers: { 'content-type': 'application/json' }, body, who: 'The Teams workflow', now, timeoutMs })
      if (isPage(answer)) throw new KedgeError('E_NOTIFIER_UNREACHABLE', 'A page answered in place of the Teams workflow.')
      return { channel, timestamp: said }
    },
  }
}

/** Of what makes a message worth sending: fields and evidence are completed in silence, and how many a storm has. */
function hashOf({ todo, title, outcome, gist = { title, outcome }, links }: Card): string {
  const told = [todo, gist.title, gist.outcome, ...links.map(({ url }) => url)]
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 32)
}
