import { z } from 'zod'
import type { Burn, BurnState, Objective } from '../../../domain/alert/alert.ts'
import type { Evidence, KeptMeasurement } from '../../../domain/release/evidence.ts'
import { oneOf, type Shape } from './words.ts'

const text = z.string()
const number = z.number()
const absentText = text.optional()

export const EVIDENCE = z.array(
  z.object({
    analysisRun: text,
    metric: text,
    phase: text,
    value: absentText,
    condition: absentText,
    limit: text,
    failed: number,
    count: number,
    provider: text,
    job: absentText,
    message: absentText,
    role: absentText,
    stepIndex: number.optional(),
    measured: z.array(z.object({ phase: text, value: text.optional(), at: number.optional() } satisfies Shape<KeptMeasurement>)).optional(),
  } satisfies Shape<Evidence>),
)

/** The alert after a promotion, as an attempt keeps it. */
export const BURN = z.object({
  alert: text,
  fingerprint: text,
  objective: z.object({
    slo: text.optional(),
    target: text.optional(),
    burn: text.optional(),
    windows: z.object({ short: text, long: text }).optional(),
    exhaustion: text.optional(),
  } satisfies Shape<Objective>),
  beganAt: z.number(),
  promotedAt: z.number(),
  flags: z.array(text).optional(),
  bakeMs: z.number(),
  ruledBakeMs: z.number().optional(),
  others: z.number(),
  past: oneOf<Burn['past']>({ clean: true, unknown: true }),
  pastDetail: text.optional(),
  link: text.optional(),
  state: oneOf<BurnState>({ firing: true, silenced: true, inhibited: true, resolved: true, unknown: true }),
  quietSince: z.number().optional(),
} satisfies Shape<Burn>)
