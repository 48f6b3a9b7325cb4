import type { Query } from '../database.ts'
import { FIRST } from './0001-first.ts'
import { addNames } from './0002-names.ts'
import { ARCHIVE } from './0003-archive.ts'

/**
 * Forward only, in order: the schema's version is the number of migrations that were run. Never edit one that was
 * released.
 */
export const MIGRATIONS: readonly (string | ((query: Query) => Promise<void>))[] = [FIRST, addNames, ARCHIVE]
