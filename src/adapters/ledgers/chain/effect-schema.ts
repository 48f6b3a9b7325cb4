import { z } from 'zod'
import type { Effect, EffectAction } from '../../../domain/effect.ts'
import { CARD } from './card-schema.ts'
import { oneOf, type Shape } from './words.ts'

const text = z.string()
const number = z.number()
const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const absentText = text.optional()

type ActionShape<T extends EffectAction['type']> = Shape<Omit<Extract<EffectAction, { type: T }>, 'type'>>

const ACTIONS: { [T in EffectAction['type']]: ActionShape<T> } = {
  'open-revert': { revertKey: text },
  'close-revert': { revertKey: text, reason: text },
  'delete-branch': { revertKey: text },
  'trace-revert': { revertKey: text },
  'trace-release': { releaseKey: text },
  'trace-source': { releaseKey: text },
  'read-images': { releaseKey: text },
  'read-pods': { releaseKey: text },
  'mark-commit': { releaseKey: text, quarantineKey: text, commit: sha },
  'announce-release': { releaseKey: text, announcement: text },
  'show-deployment': { releaseKey: text },
  'publish-card': {
    releaseKey: text,
    card: CARD,
    channel: text,
    thread: absentText,
    also: z.literal(true).optional(),
    leaves: z.literal(true).optional(),
  },
}

export const EFFECT = z.object({
  key: text,
  action: z.union(Object.entries(ACTIONS).map(([type, shape]) => z.object({ type: z.literal(type), ...shape }))),
  state: oneOf<Effect['state']>({ pending: true, done: true, abandoned: true }),
  attempts: number,
  createdAt: number,
  notBefore: number,
  lastError: absentText,
  receipt: z.record(text, z.union([text, number])).optional(),
} satisfies Shape<Effect>)
