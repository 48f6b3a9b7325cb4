import { z } from 'zod'
import type { Mark, Quarantine, QuarantineEnd } from '../../../domain/quarantine/quarantine.ts'
import { CAUSE, oneOf, type Shape } from './words.ts'

const text = z.string()
const texts = z.array(z.string())
const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)

export const QUARANTINE = z.object({
  key: text,
  cluster: text,
  namespace: text,
  rollout: text,
  images: texts,
  stableImages: texts,
  templates: texts,
  release: text,
  attempt: text,
  cause: CAUSE,
  reason: text,
  repoURL: text.nullable(),
  repository: text.nullable(),
  baseBranch: text.nullable(),
  culprit: sha.nullable(),
  good: sha.nullable(),
  paths: texts,
  since: z.number(),
  until: z.number(),
  state: oneOf<Quarantine['state']>({ standing: true, over: true }),
  outcome: oneOf<QuarantineEnd>({ expired: true, lifted: true, proven: true, cleared: true }).nullable(),
  endedAt: z.number().nullable(),
  liftedBy: text.optional(),
  liftedFor: text.optional(),
  marks: z.array(z.object({ commit: sha, pullRequest: z.number().nullable(), brings: z.boolean() } satisfies Shape<Mark>)),
  unsaid: text.optional(),
} satisfies Shape<Quarantine>)
