import { FIRST } from './0001-first.ts'
import { ANCHOR } from './0002-anchor.ts'
import { BY_SEQUENCE } from './0003-by-sequence.ts'
import { NAMES } from './0004-names.ts'
import { CHECKPOINT } from './0005-checkpoint.ts'

/**
 * Forward only, in order: the schema's version is the number of migrations that were run. Never edit one that was
 * released.
 */
export const MIGRATIONS: readonly string[] = [FIRST, ANCHOR, BY_SEQUENCE, NAMES, CHECKPOINT]
