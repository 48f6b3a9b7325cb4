import { z } from 'zod'
import type { Announcement } from '../../../domain/announce/announcement.ts'
import type { ShownDeployment } from '../../../domain/announce/shown-deployment.ts'
import type { Shape } from './words.ts'

const text = z.string()
const number = z.number()

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)

export const DEPLOYMENT = z.object({ repoURL: text, commit: sha, environment: text, number } satisfies Shape<ShownDeployment>)

export const ANNOUNCEMENT = z.object({
  key: text,
  repository: text,
  repoURL: text,
  commit: sha,
  marker: text,
  releases: z.array(text),
  asked: number,
  pullRequest: number.nullable(),
  statuses: number,
  at: number,
} satisfies Shape<Announcement>)
