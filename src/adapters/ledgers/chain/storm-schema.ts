import { z } from 'zod'
import type { Storm, StormCause } from '../../../domain/storm/storm.ts'
import { oneOf, type Shape } from './words.ts'

const text = z.string()

const STORM_CAUSE = z.object({
  kind: oneOf<StormCause['kind']>({ metric: true, commit: true, cluster: true }),
  key: text,
  words: text,
  cluster: text.nullable(),
  metrics: z.array(z.object({ name: text, provider: text })),
} satisfies Shape<StormCause>)

export const STORM = z.object({
  key: text,
  cause: STORM_CAUSE,
  state: oneOf<Storm['state']>({ gathering: true, holding: true, passed: true, released: true, over: true }),
  begunAt: z.number(),
  endedAt: z.number().nullable(),
  releasedBy: text.optional(),
} satisfies Shape<Storm>)
