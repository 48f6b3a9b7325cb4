import { z } from 'zod'
import type { KeptWish } from '../../../domain/release/release.ts'
import { oneOf, type Shape } from './words.ts'

const text = z.string()

/** What Git asks for instead of a release's version. */
export const WISH = z.object({
  state: oneOf<KeptWish['state']>({ undone: true, 'waiting-for-sync': true, unknown: true }),
  how: oneOf<NonNullable<KeptWish['how']>>({ hand: true, 'older-sync': true }).optional(),
  why: oneOf<NonNullable<KeptWish['why']>>({ 'not-compared': true, 'not-seen': true, 'not-rendered': true }).optional(),
  revisions: z.array(text),
  by: oneOf<NonNullable<KeptWish['by']>>({ synced: true, compared: true }).optional(),
  podTemplateHash: text.nullable(),
  images: z.array(text),
  syncedByHand: z.boolean().optional(),
} satisfies Shape<KeptWish>)
