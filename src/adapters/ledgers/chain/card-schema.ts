import { z } from 'zod'
import type { CardFacts } from '../../../domain/notice/card-facts.ts'
import type { Card, CardRef, Tone } from '../../../domain/notice/card.ts'
import type { Place } from '../../../domain/notice/placed-card.ts'
import type { LedgerDocuments } from '../../../ports/ledger.ts'
import { CAUSE, oneOf, SERVING, type Shape } from './words.ts'

const text = z.string()

const FACTS = z.object({
  state: oneOf<CardFacts['state']>({
    rolling: true,
    waiting: true,
    failed: true,
    restored: true,
    superseded: true,
    promoted: true,
    gone: true,
  }),
  serving: SERVING,
  cause: CAUSE.nullable(),
  cluster: text,
  namespace: text,
  rollout: text,
  podTemplateHash: text.nullable(),
  images: z.array(text),
  imagesBefore: z.array(text),
  revision: text.nullable(),
  revisionBefore: text.nullable(),
  repository: text.nullable(),
  pullRequest: z.object({ number: z.number(), url: text }).nullable(),
  attempt: z.number(),
  at: z.number(),
} satisfies Shape<CardFacts>)

/** A card, as the outbox keeps it. */
export const CARD = z.object({
  key: text,
  tone: oneOf<Tone>({ bad: true, waiting: true, good: true, info: true }),
  todo: text.optional(),
  title: text,
  gist: z.object({ title: text, outcome: text }).optional(),
  fields: z.array(z.object({ label: text, value: text })),
  evidence: z.array(text),
  outcome: text,
  links: z.array(z.object({ text, url: text })),
  snooze: oneOf<NonNullable<Card['snooze']>>({ on: true, off: true }).optional(),
  facts: FACTS.optional(),
} satisfies Shape<Card>)

const PLACE = {
  ref: z.object({ channel: text, timestamp: text } satisfies Shape<CardRef>).nullable(),
  contentHash: text,
  said: text.optional(),
  hushed: z.literal(true).optional(),
  unsure: z.literal(true).optional(),
  storm: z.object({ key: text, isLast: z.boolean() }).optional(),
} satisfies Shape<Place>

/** Where the cards of a release are. */
export const PLACED_CARD = z.object({
  ...PLACE,
  releaseKey: text,
  channel: text.optional(),
  elsewhere: z.array(z.object({ ...PLACE, channel: text })).optional(),
} satisfies Shape<LedgerDocuments['card']>)
