import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import type { CardFacts } from '../../../domain/notice/card-facts.ts'
import type { Card } from '../../../domain/notice/card.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { webLink } from '../../../domain/words/web-address.ts'
import { CDEVENTS_VERSION, ownType, SERVICE_TYPES, type KedgeEvent, type OwnWord } from './event-schema.ts'
import { packageUrl } from './package-url.ts'

/** Lengths and counts of docs/events.schema.json. */
const MAX = { line: 400, outcome: 2_000, list: 20, links: 10, artifact: 2_000 }

/** An event, and the mark by which the next one of the release knows what was told last. */
export interface Told {
  mark: string
  event: KedgeEvent
}

/**
 * A card as an event. `before`: the mark of the event before. What comes to no other step than that is an update: nobody may count a
 * service as rolled back twice. Its id is the same on every try. `now`: epoch ms, for cards without facts alone.
 */
export function toEvent(card: Card, before: string | undefined, now: number): Told {
  const { facts } = card
  const { word, service } = meaningOf(facts)
  const step = `${service?.word ?? word}|${facts?.attempt ?? 0}`
  const [stepBefore, idBefore = ''] = before?.split(' ') ?? []
  const isUpdate = step === stepBefore
  const told = isUpdate ? undefined : service
  const id = digest(told ? [card.key, step] : [card.key, step, idBefore, isUpdate ? canonicalJson(card) : ''])
  const type = told ? SERVICE_TYPES[told.word] : ownType(isUpdate ? 'updated' : word)
  const { source, subject, environment } = placeOf(card)
  const time = new Date(facts?.at ?? now).toISOString()
  const data: KedgeEvent['data'] = {
    context: { version: CDEVENTS_VERSION, id, source, type, timestamp: time },
    subject: {
      id: subject,
      source,
      type: told ? 'service' : 'kedge-release',
      content: { ...environment, ...(told && { artifactId: packageUrl(line(told.image)).slice(0, MAX.artifact) }) },
    },
    customData: customDataOf(card),
    customDataContentType: 'application/json',
  }
  return {
    mark: `${step} ${id}`,
    event: { specversion: '1.0', id, source, type, subject, time, datacontenttype: 'application/json', data },
  }
}

interface Place {
  source: string
  subject: string
  environment?: { environment: { id: string } }
}

function placeOf({ key, facts }: Card): Place {
  if (!facts) return { source: '/kedge', subject: line(key) }
  const { cluster, namespace, rollout } = facts
  return {
    // A name has no character that is longer in a URL; what is none is cut.
    source: `/kedge/${encodeURIComponent(line(cluster)).slice(0, MAX.line - '/kedge/'.length)}`,
    subject: line(`${namespace}/${rollout}`),
    environment: { environment: { id: line(`${cluster}/${namespace}`) } },
  }
}

function customDataOf(card: Card): KedgeEvent['data']['customData'] {
  return { ...(card.facts && { release: releaseOf(card.key, card.facts) }), words: wordsOf(card) }
}

interface Meaning {
  word: Exclude<OwnWord, 'updated'>
  /** Where CDEvents has a word for it: a service is only said to be what is proven of it, and with the image that serves. */
  service?: { word: keyof typeof SERVICE_TYPES; image: string } | undefined
}

/** What a release has come to. */
function meaningOf(facts: CardFacts | undefined): Meaning {
  if (!facts) return { word: 'failed' }
  switch (facts.state) {
    case 'rolling':
      return { word: facts.attempt > 0 ? 'retried' : 'resumed' }
    case 'failed': {
      const image = facts.serving === 'split' ? ownImage(facts.imagesBefore, facts.images) : undefined
      return { word: 'failed', service: image === undefined ? undefined : { word: 'rolledback', image } }
    }
    case 'promoted': {
      // It has served all the while.
      if (facts.cause === 'slo-burn') return { word: 'promoted' }
      const image = ownImage(facts.images, facts.imagesBefore)
      const word = facts.imagesBefore.length > 0 ? 'upgraded' : 'deployed'
      return { word: 'promoted', service: image === undefined ? undefined : { word, image } }
    }
    default:
      return { word: facts.state }
  }
}

/** The image by which a version differs from the other; its first where none does. */
function ownImage(own: readonly string[], other: readonly string[]): string | undefined {
  return own.find((image) => !other.includes(image)) ?? own[0]
}

function releaseOf(key: string, facts: CardFacts): KedgeEvent['data']['customData']['release'] {
  const { at: _, pullRequest, ...told } = facts
  const address = webLink(pullRequest?.url ?? '', MAX.line)
  return {
    ...told,
    key: line(key),
    serving: line(told.serving),
    cluster: line(told.cluster),
    namespace: line(told.namespace),
    rollout: line(told.rollout),
    podTemplateHash: maybeLine(told.podTemplateHash),
    images: linesOf(told.images),
    imagesBefore: linesOf(told.imagesBefore),
    revision: maybeLine(told.revision),
    revisionBefore: maybeLine(told.revisionBefore),
    repository: maybeLine(told.repository),
    pullRequest: address === undefined || !pullRequest ? null : { number: pullRequest.number, url: address },
  }
}

function wordsOf({ todo, title, outcome, evidence, links }: Card): KedgeEvent['data']['customData']['words'] {
  const followed = links.flatMap(({ text, url }) => {
    const address = webLink(url, MAX.line)
    return address === undefined ? [] : [{ text: line(text), url: address }]
  })
  return {
    ...(todo !== undefined && { todo: line(todo) }),
    title: line(title),
    outcome: plainText(outcome, MAX.outcome),
    evidence: linesOf(evidence),
    links: followed.slice(0, MAX.links),
  }
}

function linesOf(texts: readonly string[]): string[] {
  return texts.slice(0, MAX.list).map(line)
}

function line(text: string): string {
  return plainText(text, MAX.line)
}

function maybeLine(text: string | null): string | null {
  return text === null ? null : line(text)
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)
}
