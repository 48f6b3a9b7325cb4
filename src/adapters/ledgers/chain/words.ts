import { z } from 'zod'
import type { Cause } from '../../../domain/release/evidence.ts'
import type { ServingState } from '../../../domain/rollout/serving.ts'

/** A schema names every field of its type, so that a field cannot be added to one and not to the other. */
export type Shape<T> = Readonly<Record<keyof T, z.ZodType>>

/** One of the words of a union, all of which have to be named. */
export function oneOf<T extends string>(words: Readonly<Record<T, true>>): z.ZodType {
  return z.enum(Object.keys(words))
}

export const CAUSE = oneOf<Cause>({
  'analysis-failed': true,
  'analysis-error': true,
  'analysis-inconclusive': true,
  'human-abort': true,
  'progress-deadline': true,
  stuck: true,
  'first-deploy': true,
  'invalid-spec': true,
  'plugin-step': true,
  'slo-burn': true,
  undone: true,
  unknown: true,
})

export const SERVING = oneOf<ServingState>({
  'in-step': true,
  rolling: true,
  undone: true,
  'waiting-for-sync': true,
  aborting: true,
  split: true,
  stuck: true,
  'first-deploy-failed': true,
  'invalid-spec': true,
  unknown: true,
})
