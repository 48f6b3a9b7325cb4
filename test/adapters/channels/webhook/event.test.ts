import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { event as eventSchema } from '../../../../src/adapters/channels/webhook/event-schema.ts'
import { toEvent } from '../../../../src/adapters/channels/webhook/event.ts'
import { packageUrl } from '../../../../src/adapters/channels/webhook/package-url.ts'
import type { CardFacts } from '../../../../src/domain/notice/card-facts.ts'
import type { Card } from '../../../../src/domain/notice/card.ts'
import { cardTitled } from '../../../contract/channel.ts'
import { hostile } from '../../../domain/words/hostile.ts'

const SCHEMA = new URL('../../../../docs/events.schema.json', import.meta.url)
const AT = Date.UTC(2026, 0, 2, 3, 4, 5)

const FACTS: CardFacts = {
  state: 'failed',
  serving: 'split',
  cause: 'analysis-failed',
  cluster: 'prod',
  namespace: 'shop',
  rollout: 'checkout',
  podTemplateHash: 'abc',
  images: ['ghcr.io/acme/shop:2'],
  imagesBefore: ['ghcr.io/acme/shop:1'],
  revision: 'b'.repeat(40),
  revisionBefore: 'a'.repeat(40),
  repository: 'github.com/acme/shop',
  pullRequest: { number: 7, url: 'https://github.com/acme/shop/pull/7' },
  attempt: 1,
  at: AT,
}

const cardOf = (facts: Partial<CardFacts>, more: Partial<Card> = {}): Card => ({
  ...cardTitled('Split'),
  ...more,
  facts: { ...FACTS, ...facts },
})
const typeOf = (facts: Partial<CardFacts>, before?: string) => toEvent(cardOf(facts), before, 0).event.type

it('docs/events.schema.json is the schema of what is sent (UPDATE_DOCS=1 writes it)', () => {
  const schema = `${JSON.stringify(z.toJSONSchema(eventSchema, { io: 'input' }), null, 2)}\n`
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(SCHEMA, schema)
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schema)
})

describe('the type', () => {
  it.each<[string, Partial<CardFacts>]>([
    ['dev.cdevents.service.rolledback.0.2.0', {}],
    ['dev.cdevents.service.upgraded.0.2.0', { state: 'promoted' }],
    ['dev.cdevents.service.deployed.0.2.0', { state: 'promoted', imagesBefore: [] }],
    ['dev.cdeventsx.kedge-release.promoted.0.1.0', { state: 'promoted', images: [] }],
    ['dev.cdeventsx.kedge-release.failed.0.1.0', { serving: 'aborting' }],
    ['dev.cdeventsx.kedge-release.failed.0.1.0', { serving: 'stuck' }],
    ['dev.cdeventsx.kedge-release.failed.0.1.0', { serving: 'undone' }],
    ['dev.cdeventsx.kedge-release.failed.0.1.0', { imagesBefore: [] }],
    ['dev.cdeventsx.kedge-release.waiting.0.1.0', { state: 'waiting' }],
    ['dev.cdeventsx.kedge-release.retried.0.1.0', { state: 'rolling' }],
    ['dev.cdeventsx.kedge-release.resumed.0.1.0', { state: 'rolling', attempt: 0 }],
    ['dev.cdeventsx.kedge-release.restored.0.1.0', { state: 'restored' }],
    ['dev.cdeventsx.kedge-release.superseded.0.1.0', { state: 'superseded' }],
    ['dev.cdeventsx.kedge-release.gone.0.1.0', { state: 'gone' }],
  ])('%s says what is proven: %o', (type, facts) => {
    expect(typeOf(facts)).toBe(type)
    expect(eventSchema.safeParse(toEvent(cardOf(facts), undefined, 0).event).error).toBeUndefined()
  })

  it('a service is rolled back once for each attempt; what is new of it is an update', () => {
    const first = toEvent(cardOf({}), undefined, 0)
    expect(typeOf({}, first.mark)).toBe('dev.cdeventsx.kedge-release.updated.0.1.0')
    expect(typeOf({ attempt: 2 }, first.mark)).toBe('dev.cdevents.service.rolledback.0.2.0')
    expect(typeOf({}, toEvent(cardOf({ serving: 'aborting' }), undefined, 0).mark)).toBe('dev.cdevents.service.rolledback.0.2.0')
  })

  it('a card of several releases is no service', () => {
    const { event } = toEvent(cardTitled('25 Rollouts failed for one cause'), undefined, AT)
    expect(event).toMatchObject({ type: 'dev.cdeventsx.kedge-release.failed.0.1.0', data: { subject: { type: 'kedge-release' } } })
    expect(eventSchema.safeParse(event).error).toBeUndefined()
  })
})

describe('the id', () => {
  const idOf = (facts: Partial<CardFacts>, before?: string) => toEvent(cardOf(facts), before, 0).event.id

  it('is the same on every try of a step, at whatever time', () => {
    expect(toEvent(cardOf({}), undefined, 1).event).toEqual(toEvent(cardOf({}), undefined, 2).event)
    expect(toEvent(cardOf({}, { outcome: 'more is known' }), undefined, 1).event.id).toBe(idOf({}))
  })

  it('is another one for another release, attempt, step or update', () => {
    const { mark } = toEvent(cardOf({}), undefined, 0)
    const ids = [
      idOf({}),
      idOf({ attempt: 2 }),
      idOf({ serving: 'aborting' }),
      idOf({}, mark),
      toEvent(cardOf({}, { outcome: 'else' }), mark, 0).event.id,
      toEvent({ ...cardOf({}), key: 'other' }, undefined, 0).event.id,
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is another one when a release pauses again', () => {
    const waits = toEvent(cardOf({ state: 'waiting', attempt: 0 }), undefined, 0)
    const goesOn = toEvent(cardOf({ state: 'rolling', attempt: 0 }), waits.mark, 0)
    const waitsAgain = toEvent(cardOf({ state: 'waiting', attempt: 0 }), goesOn.mark, 0)
    expect(waitsAgain.event.id).not.toBe(waits.event.id)
  })
})

it('CloudEvent and CDEvent say the same, with the image that serves as a package URL', () => {
  const { event } = toEvent(cardOf({}), undefined, 0)
  const { context, subject } = event.data
  expect(context).toEqual({ version: '0.4.1', id: event.id, source: event.source, type: event.type, timestamp: event.time })
  expect(event).toMatchObject({ source: '/kedge/prod', subject: 'shop/checkout', time: '2026-01-02T03:04:05.000Z' })
  expect(subject).toEqual({
    id: 'shop/checkout',
    source: '/kedge/prod',
    type: 'service',
    content: { environment: { id: 'prod/shop' }, artifactId: 'pkg:docker/acme/shop@1?repository_url=ghcr.io' },
  })
})

it('hostile text is one harmless, capped line wherever it stands', () => {
  const property = fc.property(hostile, (text) => {
    const long = text.repeat(200)
    const facts = { cluster: long, namespace: long, rollout: long, images: Array.from({ length: 50 }, () => long), repository: long }
    const links = [{ text: long, url: `javascript:${long}` }]
    const card = cardOf({ ...facts, imagesBefore: [`x${long}`] }, { title: long, outcome: long, evidence: [long], links })
    const { event } = toEvent(card, undefined, 0)
    expect(eventSchema.safeParse(event).error).toBeUndefined()
    expect(event.data.customData.words.links).toEqual([])
    expect(JSON.stringify(event)).not.toMatch(/\\u001b|\u202e|\\n/)
  })
  fc.assert(property, { numRuns: 200 })
})

it.each([
  ['shop', 'pkg:docker/shop'],
  ['shop:1', 'pkg:docker/shop@1'],
  ['acme/shop:1', 'pkg:docker/acme/shop@1'],
  ['ghcr.io/acme/shop:1', 'pkg:docker/acme/shop@1?repository_url=ghcr.io'],
  ['localhost:5000/shop:1', 'pkg:docker/shop@1?repository_url=localhost%3A5000'],
  ['ghcr.io/acme/shop@sha256:0b31', 'pkg:oci/shop@sha256%3A0b31?repository_url=ghcr.io%2Facme%2Fshop'],
  ['ghcr.io/acme/shop:1@sha256:0b31', 'pkg:oci/shop@sha256%3A0b31?repository_url=ghcr.io%2Facme%2Fshop&tag=1'],
])('%s is %s', (image, url) => {
  expect(packageUrl(image)).toBe(url)
})
