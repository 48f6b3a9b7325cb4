import { z } from 'zod'
import type { Announcement } from '../../../domain/announce/announcement.ts'
import type { Shape } from './words.ts'

const text = z.string()
const number = z.number()

export const ANNOUNCEMENT = z.object({
  key: text,
  repository: text,
  repoURL: text,
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  marker: text,
  releases: z.array(text),
  asked: number,
  pullRequest: number.nullable(),
  statuses: number,
  at: number,
} satisfies Shape<Announcement>)
